// Writing text: an LSTM learns a verse character by character, and writes it from its first letter.
//
// The refrain is always the same, but the line after it is not: the state has to store the lines before.
//
// In the root of the tree, or here after installation:
//   g++ -std=c++20 -O2 -march=native -Iinclude -Idsl examples/10_text.cpp -o lesson && ./lesson
//   g++ -std=c++20 -O2 -march=native $(pkg-config --cflags rondo) 10_text.cpp -o lesson && ./lesson
#include <rondo/rondo.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

using namespace rondo;

int main()
{
    std::string const text =
        "Round it goes and round again,\nand brings the morning back.\n"
        "Round it goes and round again,\nand brings the noon-day sun.\n"
        "Round it goes and round again,\nand now the night is black.\n";
    std::string letters = text;  // each letter once
    std::ranges::sort(letters);
    letters.erase(std::ranges::unique(letters).begin(), letters.end());

    std::size_t const steps = text.size() - 1;
    xt::xtensor<float, 3> x = xt::zeros<float>({steps, std::size_t{1}, letters.size()});  // one-hot letters
    xt::xtensor<int, 2> next = xt::zeros<int>({steps, std::size_t{1}});  // the index of the next letter
    for (std::size_t t = 0; t < steps; ++t) {
        x(t, 0, letters.find(text[t])) = 1;
        next(t, 0) = static_cast<int>(letters.find(text[t + 1]));
    }

    model<read_out<lstm<>, output>> m{input{letters.size()}, hidden{48}, output{letters.size()}};
    initialize_orthogonal(m.parameters(), 1);
    m["cell.f.b"_s].fill(1);  // forget gates that begin open keep the state for longer
    bptt run{m, {.input_gradient = false}};
    adam<float> optimizer{{.rate = 0.01}};
    xt::xtensor<float, 3> dy;
    for (int update = 0; update <= 300; ++update) {
        double const loss = softmax_cross_entropy(run.forward(x), next, dy);  // of logits, in nats
        run.backward(dy);
        auto const gradient = run.last_gradients().parameters.flat();
        clip_global_norm(gradient, 1.0);
        optimizer.update(m.parameters().flat(), gradient);
        if (update % 100 == 0) std::printf("update %3d  loss %.2f bits\n", update, loss / std::log(2.0));
    }

    stream writer{m};
    char letter = text[0];
    for (std::size_t t = 0; t < text.size(); ++t) {
        std::putchar(letter);
        std::vector<float> one_hot(letters.size());
        one_hot[letters.find(letter)] = 1;
        auto const logits = writer.step(one_hot);
        letter = letters[static_cast<std::size_t>(std::ranges::max_element(logits) - logits.begin())];
    }
}
