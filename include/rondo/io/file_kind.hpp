#pragma once
/// @file
/// The names of kinds of files in messages.

#include <rondo/namespaces.hpp>

#include <filesystem>
#include <string>

namespace rondo::inline RONDO_ISA::io_internal {

/// The kind of a file with its article, such as "a directory".
inline std::string file_kind(std::filesystem::file_type type)
{
    using enum std::filesystem::file_type;
    switch (type) {
        case not_found: return "no file";
        case regular: return "a regular file";
        case directory: return "a directory";
        case symlink: return "a symbolic link";
        case block: return "a block device";
        case character: return "a character device";
        case fifo: return "a FIFO";
        case socket: return "a socket";
        default: return "a file of another kind";
    }
}

}  // namespace rondo::inline RONDO_ISA::io_internal
