// An option of a command line that is a number.
#pragma once

#include <shared/option_checks.hpp>

#include <CLI/CLI.hpp>

#include <sstream>
#include <string>

namespace shared {

// Adds an option whose value is a number from `least` to `most`, and whose help says so.
template <class Number>
CLI::Option* add_number(CLI::App& app, std::string const& flag, Number& value, double least, double most,
                        std::string const& meaning)
{
    std::ostringstream range;
    range.precision(10);
    range << meaning << " (" << least << " to " << most << ")";
    return app.add_option(flag, value, range.str())
        ->capture_default_str()
        ->type_name("NUMBER")
        ->check(between(least, most));
}

}  // namespace shared
