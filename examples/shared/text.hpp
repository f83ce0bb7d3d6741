// Reads a text: one file, or the licences that every Debian system has.
//
// The example must run on a machine without a network and without arguments. The package
// base-files is on each Debian system and installs some 240 kB of English prose: the licence texts.
#pragma once

#include <shared/utf8.hpp>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>

namespace shared {

inline std::filesystem::path const licence_directory = "/usr/share/common-licenses";

// The code points of a file of UTF-8 text, or of a named pipe such as a shell's `<(zcat ...)`.
// Rejects a file that is missing, a directory or a device, cannot be read, is empty, or
// is not text: std::runtime_error with the path and the reason.
inline std::u32string read_text(std::filesystem::path const& path)
{
    auto const refuse = [&](std::string const& found) {
        throw std::runtime_error(path.string() + ": expected a readable text file, found " + found);
    };

    std::error_code error;
    auto const status = std::filesystem::status(path, error);
    if (status.type() == std::filesystem::file_type::not_found) refuse("nothing of that name");
    if (error) refuse("an error: " + error.message());
    if (std::filesystem::is_directory(status)) refuse("a directory");
    if (!std::filesystem::is_regular_file(status) && !std::filesystem::is_fifo(status)) {
        refuse("a device or a socket");
    }

    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) refuse("an error: " + std::generic_category().message(errno));
    std::string const bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (file.bad()) refuse("an error: " + std::generic_category().message(errno));

    auto text = decode_utf8(bytes, path.string());
    if (text.empty()) refuse("an empty file");
    return text;
}

// All distinct texts in `directory`, concatenated, sorted by the name of the file.
// Links are resolved first (GPL is another name of GPL-3). Duplicates are dropped even if they are copies and
// not links, because a second copy would put held-out text into the training data.
// Rejects a directory that is missing or has no file: std::runtime_error.
inline std::u32string read_licences(std::filesystem::path const& directory = licence_directory)
{
    std::error_code error;
    std::set<std::filesystem::path> paths;
    for (auto const& entry : std::filesystem::directory_iterator(directory, error)) {
        if (entry.is_regular_file()) paths.insert(std::filesystem::canonical(entry.path()));
    }
    if (error || paths.empty()) {
        throw std::runtime_error(
            directory.string() + ": expected the licence texts of Debian's package base-files, " + "found " +
            (error ? "an error: " + error.message() : "no file") + "; name another text with --text FILE");
    }

    std::u32string all;
    std::set<std::u32string> taken;
    for (auto const& path : paths) {
        auto text = read_text(path);
        if (taken.insert(text).second) all += text;
    }
    return all;
}

}  // namespace shared
