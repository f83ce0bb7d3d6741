// A sequence without end is learnt in pieces: the gradient is truncated, and the states are carried on.
//
// An LSTM repeats its input after 3 steps. A piece has 4 steps, so 3 of the 4 numbers that it has to repeat
// are in the piece before. It can learn them only if a piece begins with the last states of the piece before.
//
// In the root of the tree, or here after installation:
//   g++ -std=c++20 -O2 -march=native -Iinclude -Idsl examples/07_truncation.cpp -o lesson && ./lesson
//   g++ -std=c++20 -O2 -march=native $(pkg-config --cflags rondo) 07_truncation.cpp -o lesson && ./lesson
#include <rondo/rondo.hpp>

#include <cstdio>
#include <random>

using namespace rondo;

// The mean loss of the last 100 of 3000 pieces.
double train(bool is_carried)
{
    model<read_out<lstm<>, output>> m{input{1}, hidden{16}, output{1}};
    initialize_orthogonal(m.parameters(), 1);
    // A gradient every 4 steps, over the last 12 steps, which are three pieces.
    truncated_bptt run{m, {.every = 4, .over = 12}, {.input_gradient = false}};
    adam<float> optimizer{{.rate = 0.003}};

    xt::xtensor<float, 3> x = xt::zeros<float>({4, 16, 1});  // the next 4 steps of 16 sequences
    xt::xtensor<float, 3> target = x;
    xt::xtensor<float, 3> dy;
    std::mt19937 random(1);
    double mean = 0;
    for (int piece = 1; piece <= 3000; ++piece) {
        for (std::size_t b = 0; b < 16; ++b) {
            for (std::size_t t = 0; t < 3; ++t) {
                target(t, b, 0) = x(t + 1, b, 0);  // of the piece before
            }
            for (std::size_t t = 0; t < 4; ++t) {
                x(t, b, 0) = random() % 2 == 0 ? 1.0F : -1.0F;
            }
            target(3, b, 0) = x(0, b, 0);
        }
        if (!is_carried) run.reset();  // the states become zeros
        double const loss = mean_squared_error(run.forward(x), target, dy);
        optimizer.update(m.parameters().flat(), run.backward(dy).parameters.flat());
        if (piece % 1000 == 0) std::printf("  piece %d  loss %.3f\n", piece, loss);
        if (piece > 2900) mean += loss / 100;
    }
    return mean;
}

int main()
{
    std::printf("States are carried from piece to piece:\n");
    double const carried = train(true);
    std::printf("States begin with zeros in every piece, so 3 of 4 numbers are unknown:\n");
    double const anew = train(false);
    std::printf("In the end: carried %.2f, anew %.2f\n", carried, anew);
}
