// A stream takes samples in real time, one step per call: a GRU learns to remove noise from a tone.
//
// step() allocates nothing, takes no lock and makes no system call. It is fastest if sizes are constants.
//
// In the root of the tree, or here after installation:
//   g++ -std=c++20 -O2 -march=native -Iinclude -Idsl examples/06_stream.cpp -o lesson && ./lesson
//   g++ -std=c++20 -O2 -march=native $(pkg-config --cflags rondo) 06_stream.cpp -o lesson && ./lesson
#include <rondo/rondo.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <random>
#include <span>

using namespace rondo;

int main()
{
    model<read_out<gru_reset_after<>, output>, float, fixed<input, 1>, fixed<hidden, 16>, fixed<output, 1>>
        m{};
    initialize_orthogonal(m.parameters(), 1);
    std::mt19937 random(1);
    std::normal_distribution<float> noise(0, 0.3F);
    auto const tone = [](std::size_t t) { return std::sin(0.15F * static_cast<float>(t)); };

    {  // training, before the stream begins
        bptt run{m, {.input_gradient = false}};
        adam<float> optimizer{{.rate = 0.01}};
        xt::xtensor<float, 3> x = xt::zeros<float>({60, 16, 1});
        xt::xtensor<float, 3> clean = x;
        xt::xtensor<float, 3> dy;
        for (int update = 0; update < 600; ++update) {
            for (std::size_t b = 0; b < 16; ++b) {
                std::size_t const start = random() % 1000;
                for (std::size_t t = 0; t < 60; ++t) {
                    clean(t, b, 0) = tone(start + t);
                    x(t, b, 0) = clean(t, b, 0) + noise(random);
                }
            }
            mean_squared_error(run.forward(x), clean, dy);
            run.backward(dy);
            optimizer.update(m.parameters().flat(), run.last_gradients().parameters.flat());
        }
    }

    stream live{m};               // copies the parameters, and allocates all its memory
    flush_denormals const scope;  // in this thread, subnormal numbers, which are slow, count as zero
    double before = 0, after = 0;
    for (std::size_t t = 0; t < 1000; ++t) {
        std::array<float, 1> const sample{tone(t) + noise(random)};
        std::span<float const> const y = live.step(sample);
        if (t % 200 == 100)
            std::printf("t %3zu  tone %5.2f  heard %5.2f  cleaned %5.2f\n", t, tone(t), sample[0], y[0]);
        before += std::pow(sample[0] - tone(t), 2) / 1000;
        after += std::pow(y[0] - tone(t), 2) / 1000;
    }
    std::printf("root mean square noise: %.2f before, %.2f after\n", std::sqrt(before), std::sqrt(after));
}
