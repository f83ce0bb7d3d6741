// The command line of the example, read by CLI11.
#pragma once

#include <shared/number_option.hpp>
#include <shared/option_checks.hpp>

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>

namespace gradients_through_time {

// The settings.
struct options {
    int lags = 100;       // time steps to look back
    int truncation = 30;  // time steps that the truncated gradient goes back
    int hidden = 64;
    int batch = 16;
    double small = 0.8;  // factor of the rotation that is the recurrent matrix of one Elman network
    double large = 2;    // factor of the rotation of another
    double keep = 2;     // bias of the gates that keep the state
    double input = 0.1;  // standard deviation of the inputs
    std::uint64_t seed = 1;
    std::string picture = "gradients_through_time.svg";
};

// Declares the flags on `app`. It stores the parsed values in `chosen`, which must outlive it.
inline void add_options(CLI::App& app, options& chosen)
{
    app.description(
        "Shows how much of the gradient of a loss at the last time step reaches the states before\n"
        "it, for Elman networks, an LSTM and a GRU with random weights and inputs. Prints a table\n"
        "and draws a picture with gnuplot, if that is installed.");
    app.get_formatter()->column_width(32);
    auto const number = [&](auto const& flag, auto& value, double least, double most,
                            std::string const& meaning) {
        return shared::add_number(app, flag, value, least, most, meaning);
    };
    number("--lags", chosen.lags, 1, 100'000, "time steps to look back");
    number("--truncation", chosen.truncation, 1, 100'000, "time steps of the truncated gradient");
    number("--hidden", chosen.hidden, 1, 4096, "size of the states");
    number("--batch", chosen.batch, 1, 4096, "sequences that are averaged");
    number("--small", chosen.small, 0.001, 100,
           "factor of the rotation that is the recurrent matrix\nof the first Elman network");
    number("--large", chosen.large, 0.001, 100, "factor of the rotation of the second Elman network");
    number("--keep", chosen.keep, -10, 10,
           "bias of the gates that keep the state: the forget\ngate of the LSTM, the update gate of "
           "the GRU");
    number("--input", chosen.input, 0, 100, "standard deviation of the inputs");
    number("--seed", chosen.seed, 0, 4'294'967'295, "seed of all random numbers; determines the result");
    app.add_option("--picture", chosen.picture, "where to draw the picture, .svg or .png; empty: none")
        ->check(shared::place_for_a_picture())
        ->capture_default_str()
        ->type_name("FILE");
}

}  // namespace gradients_through_time
