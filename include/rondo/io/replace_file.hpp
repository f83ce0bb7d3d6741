#pragma once
/// @file
/// Writes a file atomically: a reader finds the old file or the new one, never half of one.

#include <rondo/namespaces.hpp>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <random>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace rondo::inline RONDO_ISA::io_internal {

/// Creates or replaces the file @p path with one that consists of @p pieces.
///
/// It is written to a temporary file in the same folder, which is renamed when complete. On failure
/// the temporary file is removed and the old file stays unchanged. A symbolic link is replaced, not followed.
/// @param path the path of the file; its folder must exist.
/// @param pieces the bytes, one piece after the other.
/// @throws std::runtime_error with the path and the system's reason if the file cannot be created,
///         written or put in place.
inline void replace_file(std::filesystem::path const& path, std::span<std::string_view const> pieces)
{
    std::ostringstream suffix;  // unique, because two threads may save to one path at a time
    suffix << '.' << std::hex << std::random_device{}() << ".part";
    std::filesystem::path part = path;
    part += suffix.str();

    errno = 0;
    std::error_code problem;
    char const* failed = "create";
    if (std::FILE* const file = std::fopen(part.string().c_str(), "wbx")) {
        failed = "write";
        bool good = true;
        for (std::string_view const piece : pieces) {
            good = good && std::fwrite(piece.data(), 1, piece.size(), file) == piece.size();
        }
        int const reason = errno;
        if (std::fclose(file) == 0 && good) {
            failed = "rename";
            std::filesystem::rename(part, path, problem);
        } else {
            problem.assign(good ? errno : reason, std::generic_category());
        }
        if (problem) {
            std::error_code ignored;
            std::filesystem::remove(part, ignored);
        }
    } else {
        problem.assign(errno, std::generic_category());
    }
    if (problem) {
        throw std::runtime_error("rondo: cannot save '" + path.string() + "': could not " + failed + " '" +
                                 part.string() + "': " + problem.message());
    }
}

}  // namespace rondo::inline RONDO_ISA::io_internal
