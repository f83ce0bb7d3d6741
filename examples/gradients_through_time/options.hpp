// The command line of the example, read by CLI11.
#pragma once

#include <shared/number_option.hpp>

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>

namespace gradients_through_time {

// What the user may choose.
struct options {
    int lags = 100;       // time steps to look back
    int truncation = 30;  // time steps that the truncated gradient goes back
    int hidden = 64;
    int batch = 16;
    double small = 0.8;  // the recurrent matrix of one Elman network is this times a rotation,
    double large = 2;    // that of another this
    double keep = 2;     // bias of the gates that keep the state
    double input = 0.1;  // standard deviation of the inputs
    std::uint64_t seed = 1;
    std::string picture = "gradients_through_time.svg";
};

// Declares the flags on `app`. What it parses is stored in `chosen`, which must live that long.
inline void add_options(CLI::App& app, options& chosen)
{
    app.description(
        "Shows how much of the gradient of a loss at the last time step reaches the states before\n"
        "it, for Elman networks, an LSTM and a GRU with random weights and inputs: as a table, "
        "and\n"
        "as a picture drawn by gnuplot.");
    app.get_formatter()->column_width(32);
    auto const number = [&](auto const& flag, auto& value, double least, double most,
                            std::string const& meaning) {
        return shared::add_number(app, flag, value, least, most, meaning);
    };
    number("--lags", chosen.lags, 1, 100'000, "time steps to look back");
    number("--truncation", chosen.truncation, 1, 100'000, "time steps that the truncated gradient goes back");
    number("--hidden", chosen.hidden, 1, 4096, "size of the states");
    number("--batch", chosen.batch, 1, 4096, "sequences to take the mean of");
    number("--small", chosen.small, 0.001, 100,
           "the recurrent matrix of the first Elman network\nis a rotation times this");
    number("--large", chosen.large, 0.001, 100, "and that of the second a rotation times this");
    number("--keep", chosen.keep, -10, 10,
           "bias of the gates that keep the state: the forget\ngate of the LSTM, the update gate of "
           "the GRU");
    number("--input", chosen.input, 0, 100, "standard deviation of the inputs");
    number("--seed", chosen.seed, 0, 4'294'967'295, "of everything random: same seed, same result");
    app.add_option("--picture", chosen.picture, "where to draw the picture, .svg or .png; empty: none")
        ->capture_default_str()
        ->type_name("FILE");
}

}  // namespace gradients_through_time
