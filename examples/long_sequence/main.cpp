// Trains an LSTM on sequences of 100,000 steps within decreasing memory budgets, and shows the cost.
//
// The task needs the whole past: the input is the increments of a random walk, the target is the walk. The
// gradient goes back through all steps and is bitwise equal for every budget.

#include <rondo/rondo.hpp>

#include <CLI/CLI.hpp>

#include <cstddef>
#include <ctime>
#include <exception>
#include <iomanip>
#include <iostream>
#include <random>
#include <vector>

namespace {

using cell = rondo::read_out<rondo::lstm<>, rondo::output>;

struct options {
    std::size_t steps = 100'000;
    std::size_t batch = 4;
    std::size_t hidden = 64;
    int updates = 2;
    std::vector<double> divisors{1, 5, 20, 80};
};

double seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// A mean-reverting random walk and its increments.
void fill(xt::xtensor<float, 3>& x, xt::xtensor<float, 3>& target)
{
    std::mt19937 bits(7);
    std::normal_distribution<float> step(0, 0.1F);
    std::size_t const steps = x.shape(0);
    for (std::size_t b = 0; b < x.shape(1); ++b) {
        float walk = 0;
        for (std::size_t t = 0; t < steps; ++t) {
            x(t, b, 0) = step(bits) - 0.01F * walk;
            target(t, b, 0) = walk += x(t, b, 0);
        }
    }
}

// Trains a new model within a budget, and prints the loss and the times.
void train(options const& chosen, std::size_t budget, xt::xtensor<float, 3> const& x,
           xt::xtensor<float, 3> const& target)
{
    rondo::model<cell> m{rondo::input{1}, rondo::hidden{chosen.hidden}, rondo::output{1}};
    rondo::initialize_orthogonal(m.parameters(), 1);
    rondo::adam<float> optimizer{{.rate = 0.01}};
    rondo::run_options const within{.memory = budget};
    std::cout << rondo::plan_memory(m, chosen.steps, chosen.batch, within) << std::endl;

    rondo::bptt run{m, within};
    xt::xtensor<float, 3> dy;
    for (int i = 0; i < chosen.updates; ++i) {
        double const begin = seconds();
        double const loss = rondo::mean_squared_error(run.forward(x), target, dy);
        double const middle = seconds();
        run.backward(dy);
        double const end = seconds();
        auto& gradient = run.last_gradients().parameters;
        rondo::clip_global_norm(gradient.flat(), 1.0);
        optimizer.update(m.parameters().flat(), gradient.flat());
        std::cout << "  loss " << std::setprecision(9) << loss << std::setprecision(3) << ", forward "
                  << middle - begin << " s, backward " << end - middle << " s of processor time" << std::endl;
    }
}

}  // namespace

int main(int argc, char** argv)
{
    options chosen;
    CLI::App app{"Trains an LSTM on long sequences within a memory budget."};
    app.add_option("--steps", chosen.steps, "Steps of a sequence")->capture_default_str();
    app.add_option("--batch", chosen.batch, "Sequences")->capture_default_str();
    app.add_option("--hidden", chosen.hidden, "Size of the LSTM")->capture_default_str();
    app.add_option("--updates", chosen.updates, "Updates within each budget")->capture_default_str();
    app.add_option("--divisors", chosen.divisors, "Budgets: parts of what storing everything takes")
        ->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        rondo::model<cell> const m{rondo::input{1}, rondo::hidden{chosen.hidden}, rondo::output{1}};
        std::size_t const all = rondo::plan_memory(m, chosen.steps, chosen.batch).bytes;
        xt::xtensor<float, 3> x = xt::zeros<float>({chosen.steps, chosen.batch, std::size_t{1}});
        xt::xtensor<float, 3> target = x;
        fill(x, target);
        for (double divisor : chosen.divisors) {
            std::cout << "1/" << divisor << ": ";
            train(chosen, static_cast<std::size_t>(static_cast<double>(all) / divisor), x, target);
        }
    } catch (std::exception const& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
