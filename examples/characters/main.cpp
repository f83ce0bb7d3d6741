// Trains a recurrent network on the characters of a text and compares it with n-gram models.
//
// examples/run builds and runs it; --help lists the settings. shared/corpus.hpp splits the
// text, ngram.hpp is the baseline, learner.hpp is the network and its training.

#include <characters/learner.hpp>
#include <characters/ngram.hpp>
#include <characters/options.hpp>
#include <characters/progress.hpp>
#include <characters/wrap.hpp>
#include <shared/corpus.hpp>
#include <shared/paragraphs.hpp>
#include <shared/text.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <iomanip>
#include <iostream>
#include <random>
#include <string>
#include <utility>

namespace characters {
namespace {

using shared::corpus;
using shared::vocabulary;

// The baseline: held-out bits per character of n-gram models.
struct baselines {
    double markov = 0;  // of the first-order Markov model
    double best = 0;    // of the best n-gram model of at most highest_order
};

// Longer n-grams mainly repeat sentences that occur in several licences.
constexpr int highest_order = 5;

// Trains n-gram models of all orders and prints their scores, each with the better smoothing.
baselines print_baselines(corpus const& text)
{
    std::cout << "Held-out bits per character of n-gram models:\n" << std::fixed << std::setprecision(3);
    baselines found;
    for (int order = 1; order <= highest_order; ++order) {
        auto const bits_with = [&](smoothing method) {
            return ngram(text.training, order, text.symbols.size(), method).bits_per_character(text.held_out);
        };
        double const bits = std::min(bits_with(smoothing::witten_bell), bits_with(smoothing::kneser_ney));
        found.best = order == 1 ? bits : std::min(found.best, bits);
        if (order == 2) found.markov = bits;
        std::cout << "  order " << order << "  " << bits << (order == 2 ? "  (first-order Markov model)" : "")
                  << '\n';
    }
    return found;
}

// Prints a text that the network writes, from the beginning of a line on if there are lines.
template <class Cell>
void print_sample(learner<Cell>& network, vocabulary const& symbols, int length, std::mt19937_64& random)
{
    int const start = symbols.contains(U'\n') ? symbols.encode(U'\n') : 0;
    run const written = network.write({start}, length, random);
    std::string sample;
    for (std::size_t i = 1; i < written.size(); ++i) {
        sample += symbols.decode(written[i]);
    }
    constexpr std::size_t columns = 80;
    std::cout << "\nA sample of what it writes:\n" << wrap(sample, columns) << " ...\n\n";
}

template <class Cell>
void run_cell(options const& chosen, corpus const& text, baselines const& to_beat)
{
    learner<Cell> network(chosen, static_cast<std::size_t>(text.symbols.size()));
    batches windows(text.training, chosen.batch, chosen.window, text.symbols.size(),
                    {.share = chosen.blank, .seed = chosen.seed});
    std::cout << "\nTraining " << name(chosen.cell) << ", hidden size " << chosen.hidden << ", "
              << network.parameters() << " parameters, " << chosen.epochs << " epochs of "
              << windows.characters() << " characters";
    if (chosen.minutes > 0) std::cout << ", at most " << clock_time(60 * chosen.minutes) << " minutes";
    std::cout << std::endl;

    std::mt19937_64 random(chosen.seed);
    auto const begin = std::chrono::steady_clock::now();
    auto const minutes = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() / 60;
    };
    double bits = 0;
    {
        progress line;
        status now;
        now.epochs = chosen.epochs;
        for (int epoch = 0; epoch < chosen.epochs && now.fraction < 1; ++epoch) {
            // By the number of epochs or by the time limit, whichever is nearer.
            auto const fraction = [&](double done) {
                double const by_epochs = (epoch + done) / chosen.epochs;
                return chosen.minutes > 0 ? std::max(by_epochs, minutes() / chosen.minutes) : by_epochs;
            };
            windows.start(random() % windows.characters());
            network.learn(windows, fraction, [&](double done, double loss) {
                now.epoch = epoch + 1;
                now.loss = loss;
                now.fraction = fraction(done);
                now.characters = (epoch + done) * static_cast<double>(windows.characters());
                line.show(now);
            });
            bits = network.bits_per_character(text.held_out);
            now.held_out = bits;
        }
        now.fraction = 1;
        line.show(now);
    }

    if (chosen.sample > 0) print_sample(network, text.symbols, chosen.sample, random);
    std::cout << name(chosen.cell) << ": " << bits << " bits per held-out character; first-order "
              << "Markov " << to_beat.markov << ", best n-gram of order 1 to " << highest_order << ' '
              << to_beat.best << std::endl;
    if (!chosen.save.empty()) {
        network.save(chosen.save);
        std::cout << "Saved the parameters as " << chosen.save << std::endl;
    }
}

void run_all(options const& chosen)
{
    // All models learn and are scored on this text.
    auto const text = shared::split(
        chosen.text ? shared::read_text(*chosen.text) : shared::paragraphs(shared::read_licences()),
        chosen.text ? *chosen.text : shared::licence_directory.string());
    std::cout << shared::count(text.training) << " characters to learn from, " << shared::count(text.held_out)
              << " held out, " << text.symbols.size() << " different symbols\n";
    auto const to_beat = print_baselines(text);
    switch (chosen.cell) {
        case cell_kind::lstm: return run_cell<lstm_cell>(chosen, text, to_beat);
        case cell_kind::gru: return run_cell<gru_cell>(chosen, text, to_beat);
        case cell_kind::elman: return run_cell<elman_cell>(chosen, text, to_beat);
    }
}

}  // namespace
}  // namespace characters

int main(int argc, char** argv)
{
    CLI::App app;
    characters::options chosen;
    characters::add_options(app, chosen);
    CLI11_PARSE(app, argc, argv);
    try {
        characters::run_all(chosen);
    } catch (std::exception const& error) {
        std::cerr << "characters: " << error.what() << std::endl;
        return 1;
    }
}
