#pragma once
/// @file
/// A folder for files of a test.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace rondo::test {

using namespace check_internal;

/// An empty folder that is removed with everything in it.
struct temporary_folder {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("rondo-" + std::to_string(std::random_device{}()));

    temporary_folder() { std::filesystem::create_directory(path); }
    temporary_folder(temporary_folder const&) = delete;
    temporary_folder& operator=(temporary_folder const&) = delete;
    ~temporary_folder() { std::filesystem::remove_all(path); }

    /// The names of the files in the folder, sorted.
    [[nodiscard]] std::vector<std::string> names() const
    {
        std::vector<std::string> all;
        for (auto const& entry : std::filesystem::directory_iterator(path)) {
            all.push_back(entry.path().filename().string());
        }
        std::ranges::sort(all);
        return all;
    }
};

/// All bytes of a file.
inline std::string contents(std::filesystem::path const& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Writes a file.
inline void write(std::filesystem::path const& path, std::string const& bytes)
{
    std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace rondo::test
