// Sequences of different lengths share a batch: a GRU learns the largest number of each.
//
// They are given as a list, as here, or as a padded array with lengths. Nothing is computed for padding.
//
// In the root of the tree, or here after installation:
//   g++ -std=c++20 -O2 -march=native -Iinclude -Idsl examples/05_lengths.cpp -o lesson && ./lesson
//   g++ -std=c++20 -O2 -march=native $(pkg-config --cflags rondo) 05_lengths.cpp -o lesson && ./lesson
#include <rondo/rondo.hpp>

#include <algorithm>
#include <cstdio>
#include <random>
#include <vector>

using namespace rondo;

int main()
{
    model<read_out<gru_reset_after<>, output>> m{input{1}, hidden{16}, output{1}};
    initialize_orthogonal(m.parameters(), 1);
    bptt run{m, {.input_gradient = false}};
    adam<float> optimizer{{.rate = 0.01}};

    std::vector<std::size_t> const lengths{1, 3, 5, 8, 12, 20};
    std::vector<xt::xtensor<float, 2>> list;                      // each of shape (time, features)
    xt::xtensor<float, 3> target = xt::zeros<float>({20, 6, 1});  // the largest number so far
    xt::xtensor<float, 3> dy;
    std::mt19937 random(1);
    std::uniform_real_distribution<float> number(-1, 1);
    auto const draw = [&] {
        list.clear();
        for (std::size_t b = 0; b < lengths.size(); ++b) {
            list.push_back(xt::zeros<float>({lengths[b], std::size_t{1}}));
            float largest = -1;
            for (std::size_t t = 0; t < lengths[b]; ++t) {
                list[b](t, 0) = number(random);
                target(t, b, 0) = largest = std::max(largest, list[b](t, 0));
            }
        }
    };

    for (int update = 0; update <= 4500; ++update) {
        draw();
        double const loss = mean_squared_error(run.forward(list), target, dy, {.lengths = lengths});
        run.backward(dy);
        optimizer.set_rate(0.01 * (1 - update / 4501.0));  // falls to nearly zero
        optimizer.update(m.parameters().flat(), run.last_gradients().parameters.flat());
        if (update % 1500 == 0) std::printf("update %4d  loss %.4f\n", update, loss);
    }

    draw();  // sequences that it has not seen
    auto const& y = run.infer(list);
    std::printf("length  largest  predicted\n");
    for (std::size_t b = 0; b < lengths.size(); ++b) {
        std::size_t const last = lengths[b] - 1;
        std::printf("%6zu  %7.2f  %9.2f\n", lengths[b], target(last, b, 0), y(last, b, 0));
    }
}
