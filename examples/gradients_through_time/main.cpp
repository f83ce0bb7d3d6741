// Shows how gradients vanish and explode in backpropagation through time.
//
// The loss depends on the last step alone, so the gradient of an earlier state has passed through
// every step in between. At each, an Elman network multiplies it by its recurrent matrix and by
// the slope of a hyperbolic tangent. In an LSTM and a GRU there is a path around both, through a gate
// that can stay open. The truncated gradient is shown beside the full one: beyond the truncation it is zero,
// whatever the cell could have stored.

#include <gradients_through_time/gradient_by_lag.hpp>
#include <gradients_through_time/options.hpp>
#include <shared/gnuplot.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <exception>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace gradients_through_time {
namespace {

using namespace rondo::literals;

constexpr std::size_t input_size = 8;

template <class Cell>
rondo::model<Cell, double> make(options const& chosen)
{
    rondo::model<Cell, double> m{rondo::input{input_size},
                                 rondo::hidden{static_cast<std::size_t>(chosen.hidden)}};
    rondo::initialize_orthogonal(m.parameters(), chosen.seed);
    return m;
}

struct row {
    std::string name;
    std::vector<double> full;
    std::vector<double> truncated;
};

template <class Cell>
row measure(std::string name, rondo::model<Cell, double> const& m, random_task const& task,
            std::size_t truncation)
{
    return {std::move(name), gradient_by_lag(m, task), gradient_by_lag(m, task, truncation)};
}

std::vector<row> measure_all(options const& chosen)
{
    random_task const task(static_cast<std::size_t>(chosen.lags), static_cast<std::size_t>(chosen.batch),
                           input_size, static_cast<std::size_t>(chosen.hidden), chosen.input, chosen.seed);
    auto const cut = static_cast<std::size_t>(chosen.truncation);
    auto const elman_times = [&](double factor) {
        auto m = make<rondo::elman<>>(chosen);
        m["U"_s] *= factor;
        std::ostringstream name;
        name << "Elman, rotation times " << factor;
        return measure(name.str(), m, task, cut);
    };
    auto lstm = make<rondo::lstm<>>(chosen);
    lstm["f.b"_s].fill(chosen.keep);
    auto gru = make<rondo::gru_reset_after<>>(chosen);
    gru["z.b"_s].fill(chosen.keep);
    return {elman_times(chosen.small), elman_times(chosen.large), measure("LSTM", lstm, task, cut),
            measure("GRU", gru, task, cut)};
}

// 1, 2, 5, 10, 20 and so on, and the last.
std::vector<std::size_t> shown_lags(std::size_t last)
{
    std::vector<std::size_t> lags;
    for (std::size_t decade = 1; decade <= last; decade *= 10) {
        for (std::size_t const digit : {1U, 2U, 5U}) {
            if (digit * decade < last) lags.push_back(digit * decade);
        }
    }
    lags.push_back(last);
    return lags;
}

void print(std::vector<row> const& rows, options const& chosen)
{
    auto const lags = shown_lags(static_cast<std::size_t>(chosen.lags));
    constexpr int width = 11;
    auto const table = [&](std::string const& title, auto const& values) {
        std::cout << title << "\n" << std::left << std::setw(28) << "lag" << std::right;
        for (auto const lag : lags)
            std::cout << std::setw(width) << lag;
        std::cout << '\n';
        for (row const& r : rows) {
            std::cout << std::left << std::setw(28) << r.name << std::right;
            for (auto const lag : lags) {
                std::cout << std::setw(width) << std::setprecision(2) << values(r)[lag - 1];
            }
            std::cout << '\n';
        }
        std::cout << '\n';
    };
    table("Norm of the gradient that reaches the state, of a loss whose gradient has norm 1:",
          [](row const& r) { return r.full; });
    table("The same norm, with the gradient truncated to " + std::to_string(chosen.truncation) + " steps:",
          [](row const& r) { return r.truncated; });
}

void draw(std::vector<row> const& rows, options const& chosen)
{
    shared::axis_range reached{1, 1};
    for (row const& r : rows) {
        for (double const norm : r.full) {
            reached = {std::min(reached.low, norm), std::max(reached.high, norm)};
        }
    }
    auto const panel = [&](std::string const& title, auto const& values) {
        shared::diagram d{title,
                          "lag, in time steps",
                          "norm of the gradient",
                          true,
                          {},
                          shared::axis_range{1, static_cast<double>(chosen.lags)},
                          reached};
        for (row const& r : rows) {
            shared::curve c{r.name, {}};
            for (std::size_t i = 0; i < values(r).size(); ++i) {
                c.points.emplace_back(static_cast<double>(i + 1), values(r)[i]);
            }
            d.curves.push_back(c);
        }
        return d;
    };
    std::cout << shared::draw({panel("all the way", [](row const& r) { return r.full; }),
                               panel("truncated to " + std::to_string(chosen.truncation) + " steps",
                                     [](row const& r) { return r.truncated; })},
                              chosen.picture)
              << '\n';
}

}  // namespace
}  // namespace gradients_through_time

int main(int argc, char** argv)
{
    CLI::App app;
    gradients_through_time::options chosen;
    gradients_through_time::add_options(app, chosen);
    CLI11_PARSE(app, argc, argv);
    try {
        auto const rows = gradients_through_time::measure_all(chosen);
        gradients_through_time::print(rows, chosen);
        if (!chosen.picture.empty()) gradients_through_time::draw(rows, chosen);
    } catch (std::exception const& error) {
        std::cerr << "gradients_through_time: " << error.what() << std::endl;
        return 1;
    }
}
