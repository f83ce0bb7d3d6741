// An LSTM learns to add: some numbers of a sequence are marked, and it says their sum at every step.
//
// It has to keep the sum over all steps, to add a marked number, and to ignore the others.
//
// In the root of the tree, or here after installation:
//   g++ -std=c++20 -O2 -march=native -Iinclude -Idsl examples/01_lstm.cpp -o lesson && ./lesson
//   g++ -std=c++20 -O2 -march=native $(pkg-config --cflags rondo) 01_lstm.cpp -o lesson && ./lesson
#include <rondo/rondo.hpp>

#include <cstdio>
#include <random>

using namespace rondo;

int main()
{
    // An LSTM with 16 states of each kind, and an output that is a weighted sum of them: y = V h + b.
    model<read_out<lstm<>, output>> m{input{2}, hidden{16}, output{1}};
    initialize_orthogonal(m.parameters(), 1);  // 1 is the seed
    bptt run{m, {.input_gradient = false}};
    adam<float> optimizer{{.rate = 0.01}};

    // Sequences are arrays of shape (time, batch, features): 12 steps of 32 sequences at once.
    xt::xtensor<float, 3> x = xt::zeros<float>({12, 32, 2});       // a number, and its mark
    xt::xtensor<float, 3> target = xt::zeros<float>({12, 32, 1});  // the sum so far
    xt::xtensor<float, 3> dy;                                      // the gradient of the loss by the output
    std::mt19937 random(1);
    std::uniform_real_distribution<float> number(-1, 1);
    auto const draw = [&] {
        for (std::size_t b = 0; b < 32; ++b) {
            float sum = 0;
            for (std::size_t t = 0; t < 12; ++t) {
                x(t, b, 0) = number(random);
                x(t, b, 1) = random() % 4 == 0 ? 1.0F : 0.0F;
                target(t, b, 0) = sum += x(t, b, 0) * x(t, b, 1);
            }
        }
    };

    for (int update = 0; update <= 1500; ++update) {
        draw();
        double const loss = mean_squared_error(run.forward(x), target, dy);
        run.backward(dy);
        optimizer.set_rate(0.01 * (1 - update / 1501.0));  // falls to nearly zero
        optimizer.update(m.parameters().flat(), run.last_gradients().parameters.flat());
        if (update % 500 == 0) std::printf("update %4d  loss %.4f\n", update, loss);
    }

    draw();  // sequences that it has not seen
    auto const& y = run.infer(x);
    std::printf("number  marked  sum  predicted\n");
    for (std::size_t t = 0; t < 12; ++t) {
        std::printf("%6.2f  %6s  %5.2f  %5.2f\n", x(t, 0, 0), x(t, 0, 1) > 0 ? "yes" : "no", target(t, 0, 0),
                    y(t, 0, 0));
    }
}
