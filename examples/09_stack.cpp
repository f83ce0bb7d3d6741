// A stack of layers: a bidirectional GRU and an Elman network learn the sum of a number's two neighbours.
//
// One of the neighbours comes later, so a layer has to run backwards in time. Layers unroll any cell.
//
// In the root of the tree, or here after installation:
//   g++ -std=c++20 -O2 -march=native -Iinclude -Idsl examples/09_stack.cpp -o lesson && ./lesson
//   g++ -std=c++20 -O2 -march=native $(pkg-config --cflags rondo) 09_stack.cpp -o lesson && ./lesson
#include <rondo/rondo.hpp>

#include <cstdio>
#include <random>
#include <vector>

using namespace rondo;

int main()
{
    model<gru_reset_after<>> ahead{input{1}, hidden{12}};
    model<gru_reset_after<>> back{input{1}, hidden{12}};
    model<read_out<elman<>, output>> top{input{24}, hidden{12}, output{1}};
    initialize_orthogonal(ahead.parameters(), 1);
    initialize_orthogonal(back.parameters(), 2);
    initialize_orthogonal(top.parameters(), 3);

    // A stack is used like one run. Between layers there may also be residual{...} and dropout<float>{...}.
    stack net{bidirectional{bptt{ahead}, bptt{back}}, bptt{top}};
    std::vector<adam<float>> optimizers(net.parameter_groups().size(), adam<float>{{.rate = 0.01}});

    xt::xtensor<float, 3> x = xt::zeros<float>({10, 16, 1});
    xt::xtensor<float, 3> target = x;
    xt::xtensor<float, 3> dy;
    std::mt19937 random(1);
    std::uniform_real_distribution<float> number(-1, 1);
    auto const draw = [&] {
        for (float& value : x) {
            value = number(random);
        }
        for (std::size_t i = 0; i < 160; ++i) {
            std::size_t const t = i / 16, b = i % 16;
            target(t, b, 0) = (t > 0 ? x(t - 1, b, 0) : 0) + (t < 9 ? x(t + 1, b, 0) : 0);
        }
    };
    for (int update = 0; update <= 1200; ++update) {
        draw();
        double const loss = mean_squared_error(net.forward(x), target, dy);
        net.backward(dy);
        auto optimizer = optimizers.begin();
        for (auto [parameters, gradient] : net.parameter_groups()) {  // one for each model
            (optimizer++)->update(parameters, gradient);
        }
        if (update % 400 == 0) std::printf("update %4d  loss %.4f\n", update, loss);
    }
    draw();  // sequences that it has not seen
    auto const& y = net.infer(x);
    for (std::size_t t = 0; t < 4; ++t) {
        std::printf("number %5.2f  neighbours %5.2f  predicted %5.2f\n", x(t, 0, 0), target(t, 0, 0),
                    y(t, 0, 0));
    }
}
