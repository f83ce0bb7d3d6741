#pragma once
/// @file
/// Writes a file atomically: a reader finds the old file or the new one, never half of one.

#include <rondo/io/file_error.hpp>
#include <rondo/io/file_kind.hpp>
#include <rondo/io/partial_file.hpp>

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

namespace rondo::inline RONDO_ISA::io_internal {

namespace detail {

/// The path of the file that @p path names, which is another one if @p path is a symbolic link. The file need
/// not exist. @p path is no circle of links, which std::filesystem::status() rejects.
inline std::filesystem::path linked_path(std::filesystem::path path)
{
    constexpr int most = 40;  // as many as Linux follows
    for (int links = 0; links < most; ++links) {
        std::error_code is_no_link;
        std::filesystem::path const named = std::filesystem::read_symlink(path, is_no_link);
        if (is_no_link) {
            break;
        }
        path = path.parent_path() / named;  // which is `named` alone if that is absolute
    }
    return path;
}

}  // namespace detail

/// Creates or replaces the file @p path with one that consists of @p pieces.
///
/// They are written to a partial_file, which is flushed to the disk and renamed when complete. On failure it
/// is removed and the old file stays unchanged. A symbolic link stays, and the file that it names is replaced
/// or created. The new file has the mode of the old one and belongs to the process's user, see partial_file.
/// Other hard links to the old file keep the old contents.
/// @param path the path of a regular file, or a free one in a folder that exists.
/// @param pieces the bytes, one piece after the other.
/// @throws file_error if @p path names a directory, a device, a FIFO or a socket, or the
///         file cannot be created, written or put in place.
inline void replace_file(std::filesystem::path const& path, std::span<std::string_view const> pieces)
{
    std::string const what = "saving '" + path.string() + "'";
    std::error_code problem;
    auto const kind = std::filesystem::status(path, problem).type();
    if (kind == std::filesystem::file_type::none) {
        throw file_error({what, "a path that can be followed", problem.message()});
    }
    if (kind != std::filesystem::file_type::regular && kind != std::filesystem::file_type::not_found) {
        throw file_error({what, "a regular file or a free name", file_kind(kind)});
    }
    if (path.filename().empty()) {
        throw file_error({what, "the name of a file at the end", "none"});
    }
    partial_file file(detail::linked_path(path), what);
    for (std::string_view const piece : pieces) {
        file.write(piece);
    }
    file.put_in_place();
}

}  // namespace rondo::inline RONDO_ISA::io_internal
