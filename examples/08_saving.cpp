// A trained model is saved and loaded: parameters under their names, and the sizes that a new model needs.
//
// The format is safetensors. In Python: safetensors.numpy.load_file("lesson.safetensors")
//
// In the root of the tree, or here after installation:
//   g++ -std=c++20 -O2 -march=native -Iinclude -Idsl examples/08_saving.cpp -o lesson && ./lesson
//   g++ -std=c++20 -O2 -march=native $(pkg-config --cflags rondo) 08_saving.cpp -o lesson && ./lesson
#include <rondo/rondo.hpp>

#include <rondo/io/safetensors.hpp>  // not in rondo.hpp, because it needs nlohmann's JSON library

#include <cstdio>
#include <string>

using namespace rondo;

using cell = read_out<gru_reset_after<>, output>;

int main()
{
    xt::xtensor<float, 3> x = xt::zeros<float>({12, 1, 1});
    x(0, 0, 0) = 1;
    xt::xtensor<float, 3> const target = xt::cumsum(x, 0) / 2;  // one half from the first step on
    xt::xtensor<float, 3> dy;

    model<cell> m{input{1}, hidden{8}, output{1}};
    initialize_orthogonal(m.parameters(), 1);
    bptt run{m};
    adam<float> optimizer{{.rate = 0.01}};
    for (int update = 0; update < 300; ++update) {
        mean_squared_error(run.forward(x), target, dy);
        optimizer.update(m.parameters().flat(), run.backward(dy).parameters.flat());
    }
    std::printf("trained: target %.2f, output %.2f\n", target(11, 0, 0), run.infer(x)(11, 0, 0));

    // The new file replaces the old one at once: a crash leaves the old or the new file, never half of one.
    save_safetensors("lesson.safetensors", m.parameters(),
                     {{"hidden", "8"}, {"note", "learnt to hold a step"}});

    // Later, in another program: sizes come from the metadata; names and shapes of parameters must fit.
    auto const metadata = read_safetensors_metadata("lesson.safetensors");
    model<cell> loaded{input{1}, hidden{std::stoul(metadata.at("hidden"))}, output{1}};
    load_safetensors("lesson.safetensors", loaded.parameters());
    bool const is_equal = bptt{loaded}.infer(x) == run.infer(x);
    std::printf("loaded: %s, outputs are %s\n", metadata.at("note").c_str(),
                is_equal ? "equal" : "different");

    model<cell> larger{input{1}, hidden{9}, output{1}};
    try {
        load_safetensors("lesson.safetensors", larger.parameters());
    } catch (file_error const& error) {
        std::printf("refused: %s\n", error.what());
    }
}
