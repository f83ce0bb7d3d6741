// Checks of command-line options, in the form of CLI11's validators.
#pragma once

#include <CLI/CLI.hpp>

#include <filesystem>
#include <sstream>
#include <string>
#include <system_error>

namespace shared {

// Accepts numbers from `least` to `most`; else says what was expected and found.
inline CLI::Validator between(double least, double most)
{
    auto const check = [=](std::string const& found) {
        std::istringstream number(found);
        double value = least - 1;
        if (number >> value && value >= least && value <= most) return std::string();
        std::ostringstream message;
        message.precision(10);
        message << "expected a number from " << least << " to " << most << ", found " << found;
        return message.str();
    };
    return {check, ""};
}

// Accepts a path that a file can be saved under, so that a wrong one is rejected before minutes of training.
inline CLI::Validator place_for_a_file()
{
    auto const check = [](std::string const& found) {
        std::filesystem::path const path(found);
        std::filesystem::path const parent = path.has_parent_path() ? path.parent_path() : ".";
        std::error_code ignored;
        if (std::filesystem::is_directory(path, ignored)) {
            return "expected a path for a file, found the directory " + found;
        }
        if (!std::filesystem::is_directory(parent, ignored)) {
            return "expected a file in an existing directory, found no directory " + parent.string();
        }
        return std::string();
    };
    return {check, ""};
}

// Accepts a path for a picture that gnuplot.hpp can draw, and an empty one, which means that none is drawn.
inline CLI::Validator place_for_a_picture()
{
    auto const check = [](std::string const& found) {
        auto const ending = std::filesystem::path(found).extension();
        if (found.empty() || ending == ".svg" || ending == ".png") return std::string();
        return "expected a picture that ends in .svg or .png, found " + found;
    };
    return {check, ""};
}

}  // namespace shared
