// The command line of the example, read by CLI11.
#pragma once

#include <shared/number_option.hpp>
#include <shared/option_checks.hpp>

#include <CLI/CLI.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace sequence_models {

// The settings.
struct options {
    std::optional<std::string> series{};  // a CSV file; without one, the yearly sunspot numbers
    std::optional<std::string> text{};    // without one, the licences of Debian's base-files
    double held_out = 0.3;                // fraction of the series
    std::size_t bins = 10;
    std::size_t series_hidden = 8;
    std::size_t series_passes = 2000;
    std::size_t series_seeds = 5;
    std::size_t series_truncation = 8;
    double series_decay = 0.1;
    std::size_t characters = 300'000;
    std::size_t text_hidden = 64;
    std::size_t text_passes = 12;
    std::size_t text_truncation = 8;
    std::size_t horizon = 20;
    double rate = 0.01;
    std::uint64_t seed = 1;
    std::string picture = "sequence_models.svg";
};

// Declares the flags on `app`. It stores the parsed values in `chosen`, which must outlive it.
inline void add_options(CLI::App& app, options& chosen)
{
    app.description(
        "Predicts a series and a text with models that use more and more of the past, and compares\n"
        "them on the same held-out data, one step ahead and running freely. Prints a table and\n"
        "draws a picture with gnuplot, if that is installed.");
    app.get_formatter()->column_width(34);
    auto const number = [&](auto const& flag, auto& value, double least, double most,
                            std::string const& meaning) {
        return shared::add_number(app, flag, value, least, most, meaning);
    };
    auto const file = [&](auto const& flag, auto& value, std::string const& meaning) {
        return app.add_option(flag, value, meaning)->type_name("FILE");
    };
    file("--series", chosen.series,
         "series to predict, the last column of a CSV file\n(default: yearly sunspot numbers)")
        ->group("Series");
    number("--held-out", chosen.held_out, 0.01, 0.9, "fraction of the series to be predicted")
        ->group("Series");
    number("--bins", chosen.bins, 1, 1000, "states of its Markov chain")->group("Series");
    number("--series-hidden", chosen.series_hidden, 1, 4096, "size of a network's state")->group("Series");
    number("--series-passes", chosen.series_passes, 1, 1'000'000, "passes over the series")->group("Series");
    number("--series-seeds", chosen.series_seeds, 1, 1000,
           "networks whose scores are averaged, because the\nscores vary with the seed on so short a series")
        ->group("Series");
    number("--series-truncation", chosen.series_truncation, 1, 1'000'000,
           "steps between updates of truncated training")
        ->group("Series");
    number("--series-decay", chosen.series_decay, 0, 100,
           "weight decay: a parameter shrinks in every update by\nthe rate times this")
        ->group("Series");
    file("--text", chosen.text,
         "text to predict, in UTF-8, of 20,000 characters or more\n(default: the licences on "
         "Debian)")
        ->group("Text");
    number("--characters", chosen.characters, 1000, 100'000'000, "most characters to train on")
        ->group("Text");
    number("--text-hidden", chosen.text_hidden, 1, 4096, "size of a network's state")->group("Text");
    number("--text-passes", chosen.text_passes, 1, 1'000'000, "passes over the text")->group("Text");
    number("--text-truncation", chosen.text_truncation, 1, 1'000'000,
           "steps between updates of truncated training")
        ->group("Text");
    number("--horizon", chosen.horizon, 1, 1000, "steps to predict ahead")->group("Both");
    number("--rate", chosen.rate, 1e-6, 1, "learning rate of Adam at the start")->group("Both");
    number("--seed", chosen.seed, 0, 4'294'967'295, "seed of all random numbers; determines the result")
        ->group("Both");
    file("--picture", chosen.picture, "where to draw the picture, .svg or .png; empty: none")
        ->check(shared::place_for_a_picture())
        ->capture_default_str()
        ->group("Both");
}

}  // namespace sequence_models
