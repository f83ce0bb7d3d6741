// The command line of the example, read by CLI11.
#pragma once

#include <shared/number_option.hpp>
#include <shared/option_checks.hpp>

#include <CLI/CLI.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace characters {

enum class cell_kind { lstm, gru, elman };

// The settings. The defaults were tuned on the licences. So short a text allows few updates, so windows are
// short and the learning rate is high. After that the network overfits, against which some inputs are left
// blank (see batches.hpp). On a machine with two cores and AVX-512 the epochs take about a minute; the time
// limit is for slower ones.
struct options {
    std::optional<std::string> text{};  // a file; without one, the licences of Debian's base-files
    cell_kind cell = cell_kind::lstm;
    int hidden = 256;
    int batch = 32;
    int window = 16;
    int epochs = 20;
    double rate = 0.01;  // usual_rate of the cell unless given
    double blank = 0.07;
    double minutes = 5;  // 0: as long as the epochs take
    std::uint64_t seed = 1;
    int sample = 600;
    std::string save = "characters.safetensors";
};

// The name of a cell on the command line.
inline std::string name(cell_kind cell)
{
    switch (cell) {
        case cell_kind::lstm: return "lstm";
        case cell_kind::gru: return "gru";
        case cell_kind::elman: return "elman";
    }
    return {};
}

// The learning rate if none is given. An Elman network has no gates and learns little at the rate of the
// others.
inline double usual_rate(cell_kind cell) { return cell == cell_kind::elman ? 0.003 : 0.01; }

// Declares the flags on `app`. It stores the parsed values in `chosen`, which must outlive it. CLI11 rejects
// values that are out of range with exceptions, which CLI11_PARSE prints.
inline void add_options(CLI::App& app, options& chosen)
{
    app.description(
        "Trains a recurrent network to predict the next character of a text, compares it on\n"
        "held-out parts of the text with n-gram models, generates some text, and saves itself.");
    app.get_formatter()->column_width(32);

    auto const number = [&](auto const& flag, auto& value, double least, double most,
                            std::string const& meaning) {
        return shared::add_number(app, flag, value, least, most, meaning);
    };

    app.add_option(
           "--text", chosen.text,
           "text to train on, in UTF-8, of 20,000 characters or more\n"
           "(default: the licence texts that every Debian system has,\njoined into paragraphs, 230,000)")
        ->type_name("FILE")
        ->group("Text");

    std::vector<cell_kind> const cells{cell_kind::lstm, cell_kind::gru, cell_kind::elman};
    auto const choose = [&chosen, cells](std::string const& found) {
        for (auto const cell : cells) {
            if (name(cell) == found) {
                chosen.cell = cell;
                return;
            }
        }
        throw CLI::ValidationError("--cell", "expected lstm, gru or elman, found " + found);
    };
    app.add_option_function<std::string>("--cell", choose, "recurrent cell: lstm, gru or elman")
        ->type_name("NAME")
        ->default_str(name(chosen.cell))
        ->group("Network");
    number("--hidden", chosen.hidden, 1, 4096, "size of its state")->group("Network");

    auto const training = "Training";
    auto* const epochs =
        number("--epochs", chosen.epochs, 1, 10'000, "passes over the text")->group(training);
    auto* const minutes =
        number("--minutes", chosen.minutes, 0, 10'000,
               "time limit, within which the learning rate decays;\n0, or epochs alone: none")
            ->group(training);
    number("--batch", chosen.batch, 1, 1024, "parallel streams of text")->group(training);
    number("--window", chosen.window, 1, 4096,
           "time steps between updates, over which the\ngradient goes back (truncated BPTT)")
        ->group(training);
    auto* const rate =
        number("--rate", chosen.rate, 1e-6, 1, "learning rate of Adam at the start; elman: 0.003")
            ->group(training);
    app.parse_complete_callback([&chosen, rate, epochs, minutes] {
        if (epochs->count() > 0 && minutes->count() == 0) chosen.minutes = 0;
        if (rate->count() == 0) chosen.rate = usual_rate(chosen.cell);
    });
    number("--blank", chosen.blank, 0, 0.9, "probability of leaving an input blank")->group(training);
    number("--seed", chosen.seed, 0, 4'294'967'295,
           "seed of all random numbers; determines the result,\nunless the time limit does")
        ->group(training);

    number("--sample", chosen.sample, 0, 1'000'000, "characters to generate at the end")->group("Result");
    app.add_option("--save", chosen.save, "where to save the parameters")
        ->capture_default_str()
        ->type_name("FILE")
        ->check(shared::place_for_a_file())
        ->group("Result");
}

}  // namespace characters
