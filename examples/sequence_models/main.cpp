// Predicts a series and a text with models that use more and more of the past.
//
// docs/sequence_models.md discusses the results. task.hpp defines what is predicted,
// predictor.hpp the interface of all models, cells.hpp the models that are written in Rondo,
// network.hpp their training, evaluation.hpp their scores.

#include <sequence_models/evaluation.hpp>
#include <sequence_models/markov.hpp>
#include <sequence_models/network.hpp>
#include <sequence_models/options.hpp>
#include <sequence_models/series.hpp>
#include <shared/gnuplot.hpp>
#include <shared/text.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <exception>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

namespace sequence_models {
namespace {

// A model's scores on one task, by steps ahead.
struct result {
    std::string name;
    std::vector<double> scores;
};

// Trains and scores the models on one task.
class comparison {
   public:
    comparison(task const& t, free_running const& how, std::size_t seeds) : task_(t), how_(how), seeds_(seeds)
    {
    }
    void add(std::string const& name, predictor&& model) { add(name, score_by_horizon(model, task_, how_)); }
    // The mean score of one network for each seed.
    template <class Cell>
    void learn(std::string const& name, training_settings chosen)
    {
        std::vector<double> mean(how_.horizon, 0.0);
        for (std::size_t i = 0; i < seeds_; ++i, ++chosen.seed) {
            network<Cell> model(task_, chosen);
            auto const scores = score_by_horizon(model, task_, how_);
            for (std::size_t h = 0; h < mean.size(); ++h) {
                mean[h] += scores[h] / static_cast<double>(seeds_);
            }
        }
        add(name, mean);
    }
    std::vector<result> results{};

   private:
    void add(std::string const& name, std::vector<double> const& scores)
    {
        results.push_back({name, scores});
        std::cerr << name << ": " << scores.front() << std::endl;
    }

    task const& task_;
    free_running how_;
    std::size_t seeds_;
};

std::vector<result> compare(task const& t, training_settings chosen, std::size_t truncation,
                            std::size_t seeds, options const& all)
{
    // From every observation of a series, but not of a text, which has enough.
    comparison models(t, {.horizon = all.horizon, .every = t.is_text ? 50UL : 1UL, .seed = chosen.seed},
                      seeds);
    models.add("last value", last_value(t));
    models.add("Markov chain", markov(t, all.bins));
    models.learn<autoregressive<2>>("AR(2)", chosen);
    models.learn<autoregressive<4>>("AR(4)", chosen);
    models.learn<autoregressive<9>>("AR(9)", chosen);
    auto const learn_both = [&]<class Cell>(std::string const& name) {
        training_settings cut = chosen;
        cut.truncation = truncation;
        models.learn<Cell>(name + ", full BPTT", chosen);
        models.learn<Cell>(name + ", truncated", cut);
    };
    learn_both.operator()<latent_autoregressive>("latent AR");
    learn_both.operator()<rondo::read_out<rondo::elman<>, output>>("Elman");
    learn_both.operator()<rondo::read_out<rondo::lstm<>, output>>("LSTM");
    learn_both.operator()<rondo::read_out<rondo::gru_reset_after<>, output>>("GRU");
    return models.results;
}

// 1, 2, 5, 10, 20 and so on, up to `last`.
std::vector<std::size_t> shown_horizons(std::size_t last)
{
    std::vector<std::size_t> shown;
    for (std::size_t decade = 1; decade <= last; decade *= 10) {
        for (std::size_t const digit : {1U, 2U, 5U}) {
            if (digit * decade <= last) shown.push_back(digit * decade);
        }
    }
    return shown;
}

void print(std::vector<result> const& series, std::vector<result> const& text, std::size_t horizon)
{
    auto const shown = shown_horizons(horizon);
    constexpr int width = 8;
    auto const wide = static_cast<int>(shown.size()) * width;
    std::cout << std::left << std::setw(24) << "" << std::setw(wide) << "  series: root mean square error"
              << "  text: bits per character\n"
              << std::setw(24) << "steps ahead" << std::right;
    for (int column = 0; column < 2; ++column) {
        for (auto const h : shown)
            std::cout << std::setw(width) << h;
    }
    std::cout << '\n' << std::fixed;
    for (std::size_t m = 0; m < series.size(); ++m) {
        std::cout << std::left << std::setw(24) << series[m].name << std::right;
        for (auto const h : shown) {
            std::cout << std::setw(width) << std::setprecision(1) << series[m].scores[h - 1];
        }
        for (auto const h : shown) {
            std::cout << std::setw(width) << std::setprecision(2) << text[m].scores[h - 1];
        }
        std::cout << '\n';
    }
}

void draw(std::vector<result> const& series, std::vector<result> const& text, std::string const& picture)
{
    auto const panel = [](std::string const& title, std::string const& unit,
                          std::vector<result> const& results) {
        shared::diagram d{title, "steps ahead", unit, false, {}, {}, {}};
        for (result const& r : results) {
            if (r.name.ends_with("truncated")) continue;  // left out to keep the picture readable
            shared::curve c{r.name, {}};
            for (std::size_t h = 0; h < r.scores.size(); ++h) {
                c.points.emplace_back(static_cast<double>(h + 1), r.scores[h]);
            }
            d.curves.push_back(c);
        }
        return d;
    };
    std::cout << shared::draw({panel("series", "root mean square error", series),
                               panel("text", "bits per character", text)},
                              picture)
              << '\n';
}

void run_all(options const& chosen)
{
    task const numbers = task_of(read_series(chosen.series.value_or(RONDO_SUNSPOTS)), chosen.held_out);
    task const symbols =
        task_of(shared::split(chosen.text ? shared::read_text(*chosen.text) : shared::read_licences(),
                              chosen.text.value_or(shared::licence_directory.string())),
                chosen.characters);
    auto const series = compare(numbers,
                                {.hidden = chosen.series_hidden,
                                 .passes = chosen.series_passes,
                                 .rate = chosen.rate,
                                 .decay = chosen.series_decay,
                                 .seed = chosen.seed},
                                chosen.series_truncation, chosen.series_seeds, chosen);
    auto const text = compare(symbols,
                              {.hidden = chosen.text_hidden,
                               .length = 100,
                               .batch = 16,
                               .passes = chosen.text_passes,
                               .rate = chosen.rate,
                               .seed = chosen.seed},
                              chosen.text_truncation, 1, chosen);
    auto const judged = [](std::vector<judged_sequence> const& sequences) {
        return sequences[0].values.size() - sequences[0].first;
    };
    std::cout << numbers.training[0].size() << " numbers to learn from, " << judged(numbers.validation)
              << " to say when to stop, " << judged(numbers.held_out) << " held out\n\n";
    print(series, text, chosen.horizon);
    if (!chosen.picture.empty()) draw(series, text, chosen.picture);
}

}  // namespace
}  // namespace sequence_models

int main(int argc, char** argv)
{
    CLI::App app;
    sequence_models::options chosen;
    sequence_models::add_options(app, chosen);
    CLI11_PARSE(app, argc, argv);
    try {
        sequence_models::run_all(chosen);
    } catch (std::exception const& error) {
        std::cerr << "sequence_models: " << error.what() << std::endl;
        return 1;
    }
}
