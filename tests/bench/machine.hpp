#pragma once
/// @file
/// The machine, the compiler and the day of a measurement.

#include <rondo/kernel/xsimd.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <ctime>
#include <fstream>
#include <string>

namespace rondo::bench {

/// The first value of a key of /proc/cpuinfo, or "unknown".
inline std::string processor_fact(std::string const& key)
{
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        auto const colon = line.find(':');
        if (colon != std::string::npos &&
            line.substr(0, line.find_last_not_of(" \t", colon - 1) + 1) == key) {
            return line.substr(std::min(line.size(), colon + 2));
        }
    }
    return "unknown";
}

/// The day, the processor, the instruction set of the kernels, and the compiler.
inline nlohmann::ordered_json machine_facts()
{
    std::array<char, 16> day{};
    std::time_t const now = std::time(nullptr);
    std::strftime(day.data(), day.size(), "%Y-%m-%d", std::gmtime(&now));
#ifdef __clang__
    std::string const compiler = "clang " __clang_version__;
#else
    std::string const compiler = "g++ " __VERSION__;
#endif
    return {{"date", day.data()},
            {"processor", processor_fact("model name") + ", family " + processor_fact("cpu family") +
                              ", model " + processor_fact("model")},
            {"instruction_set", xsimd::default_arch::name()},
            {"compiler", compiler}};
}

}  // namespace rondo::bench
