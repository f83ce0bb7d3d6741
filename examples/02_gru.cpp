// A GRU learns to continue a wave, a sum of two sines: it predicts each value from those before it.
//
// After training it runs freely on a wave that it has not seen: each prediction is its next input.
//
// In the root of the tree, or here after installation:
//   g++ -std=c++20 -O2 -march=native -Iinclude -Idsl examples/02_gru.cpp -o lesson && ./lesson
//   g++ -std=c++20 -O2 -march=native $(pkg-config --cflags rondo) 02_gru.cpp -o lesson && ./lesson
#include <rondo/rondo.hpp>

#include <cmath>
#include <cstdio>
#include <random>

using namespace rondo;

float wave(float phase, std::size_t t)
{
    float const time = phase + static_cast<float>(t);
    return 0.6F * std::sin(0.5F * time) + 0.3F * std::sin(0.23F * time);
}

int main()
{
    // gru_reset_after is the GRU of cuDNN and PyTorch; gru_reset_before is the GRU of the first paper.
    model<read_out<gru_reset_after<>, output>> m{input{1}, hidden{24}, output{1}};
    initialize_orthogonal(m.parameters(), 1);
    bptt run{m, {.input_gradient = false}};
    adam<float> optimizer{{.rate = 0.01}};

    xt::xtensor<float, 3> x = xt::zeros<float>({40, 16, 1});
    xt::xtensor<float, 3> next = x;
    xt::xtensor<float, 3> dy;
    std::mt19937 random(1);
    for (int update = 0; update <= 1200; ++update) {
        for (std::size_t b = 0; b < 16; ++b) {
            auto const phase = static_cast<float>(random() % 1000);
            for (std::size_t t = 0; t < 40; ++t) {
                x(t, b, 0) = wave(phase, t);
                next(t, b, 0) = wave(phase, t + 1);
            }
        }
        double const loss = mean_squared_error(run.forward(x), next, dy);
        run.backward(dy);
        optimizer.set_rate(0.01 * (1 - update / 1201.0));  // falls to nearly zero
        optimizer.update(m.parameters().flat(), run.last_gradients().parameters.flat());
        if (update % 400 == 0) std::printf("update %4d  loss %.4f\n", update, loss);
    }

    // A stream takes one step per call. It reads 40 values and then its own predictions.
    stream free{m};
    float value = 0;
    std::printf("steps ahead  wave  predicted\n");
    for (std::size_t t = 0; t < 56; ++t) {
        if (t < 40) value = wave(5000, t);
        if (t >= 40 && t % 3 == 0) std::printf("%11zu %5.2f  %9.2f\n", t - 39, wave(5000, t), value);
        value = free.step({&value, 1})[0];
    }
}
