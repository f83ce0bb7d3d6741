// Prints the time of one epoch of training in microseconds: the least of those within a second. measure.py
// compiles it with various flags.
#include <rondo/rondo.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <limits>

using namespace rondo;

int main()
{
    using clock = std::chrono::steady_clock;
    model<read_out<gru_reset_after<>, output>> m{input{8}, hidden{64}, output{8}};
    initialize_uniform(m.parameters(), 1);
    xt::xtensor<float, 3> const x = xt::ones<float>({20, 16, 8});  // (time, batch, input)
    xt::xtensor<float, 3> const target = xt::zeros<float>({20, 16, 8});
    xt::xtensor<float, 3> dy;
    bptt run{m};
    adam<float> optimizer{{.rate = 0.001}};

    double least = std::numeric_limits<double>::infinity();
    auto const start = clock::now();
    for (int epoch = 0; epoch < 3 || clock::now() - start < std::chrono::seconds{1}; ++epoch) {
        auto const before = clock::now();
        mean_squared_error(run.forward(x), target, dy);
        optimizer.update(m.parameters().flat(), run.backward(dy).parameters.flat());
        least = std::min(least, std::chrono::duration<double, std::micro>(clock::now() - before).count());
    }
    std::cout << least << '\n';
}
