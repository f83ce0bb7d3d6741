#pragma once
/// @file
/// The times that a program in Python measures with torch.

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

namespace rondo::bench {

/// The JSON that @p program of this folder, with its arguments, prints; null without the interpreter
/// @p python.
inline nlohmann::json times_of_torch(std::string const& python, std::string const& program)
{
    if (python.empty()) {
        return {};
    }
    std::string const command = python + " " + RONDO_BENCH_FOLDER + "/" + program;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> const pipe(popen(command.c_str(), "r"), &pclose);
    std::string text;
    std::array<char, 256> part{};
    while (pipe != nullptr && std::fgets(part.data(), part.size(), pipe.get()) != nullptr) {
        text += part.data();
    }
    return nlohmann::json::parse(text);
}

}  // namespace rondo::bench
