/// @file
/// Times what a step can be given: look-ups beside products with one-hot vectors, GRU-D and zoneout beside a
/// GRU of the same products, an LRU in polar form, and PyTorch beside three of them. One thread.
///
///   constructs [PYTHON]    the interpreter that has torch; without it, its column is empty

#include "papers/gru_d.hpp"
#include "papers/lru.hpp"
#include "papers/zoneout_gru.hpp"
#include "times_of_torch.hpp"

#include <rondo/rondo.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <random>

namespace {

using namespace rondo;

struct symbols : dimension {
    using dimension::dimension;
};

/// An Elman network that reads symbols, or the one-hot vectors that they stand for.
template <class Symbol>
struct reading {
    weight<symbols, hidden> E;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(E, U, b);

    constexpr auto operator()(Symbol s, vec<hidden> h) const
    {
        return next{tanh(transpose(E) * s + U * h + b)};
    }
};

/// A GRU with the products of GRU-D and without its decays.
struct plain_gru_d {
    papers::gru_d_gate z, r, n;
    weight<hidden, input> D;
    RONDO_MEMBERS(z, r, n, D);

    constexpr auto operator()(papers::gru_d::observed in, vec<hidden> h) const
    {
        auto update = sigmoid(z(in.x, h, in.mask));
        auto reset = sigmoid(r(in.x, h, in.mask));
        return next{(1 - update) * h + update * tanh(n(in.x, reset * h, in.mask) + D * in.gap)};
    }
};

struct speaker : dimension {
    using dimension::dimension;
};

/// An input of every step.
template <class Value>
using of_each_step = Value;

/// A GRU whose gates are given a context, once for each sequence or at every step.
template <template <class> class Kept>
struct conditioned_gru {
    struct given {
        vec<input> x;
        Kept<vec<speaker>> context;
        RONDO_MEMBERS(x, context);
    };
    gate<> r, z, n;
    weight<hidden, speaker> C_r, C_z, C_n;
    RONDO_MEMBERS(r, z, n, C_r, C_z, C_n);

    constexpr auto operator()(given in, vec<hidden> h) const
    {
        auto reset = sigmoid(r(in.x, h) + C_r * in.context);
        auto update = sigmoid(z(in.x, h) + C_z * in.context);
        return next{(1 - update) * h + update * tanh(n(in.x, reset * h) + C_n * in.context)};
    }
};

/// Milliseconds of the fastest of several calls.
struct times {
    double infer = 1e9;
    double train = 1e9;
};

template <class F>
double milliseconds(F const& f)
{
    auto const begin = std::chrono::steady_clock::now();
    f();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

/// A model, its run and its arguments.
template <class Cell, class Input>
class contestant {
   public:
    template <class... D>
    contestant(Input const& x, std::array<std::size_t, 3> output, D... bound)
        : model_(bound...),
          run_(model_, {.input_gradient = with_input_gradient}),
          x_(x),
          dy_(xt::ones<float>(output))
    {
        std::mt19937 bits(3);
        auto& p = model_.parameters();
        for (std::size_t i = 0; i < p.count; ++i) {
            for (float& v : p.entries(i)) {
                v = static_cast<float>(bits() % 1000) * 1e-4F - 0.05F;
            }
        }
    }
    void measure()
    {
        best.infer = std::min(best.infer, milliseconds([&] { run_.infer(x_); }));
        best.train = std::min(best.train, milliseconds([&] {
                                  run_.forward(x_);
                                  run_.backward(dy_);
                              }));
    }
    times best{};

   private:
    // One-hot vectors are no values to differentiate by.
    static constexpr bool with_input_gradient = !has_dimension<Cell, symbols>;

    model<Cell> model_;
    bptt<Cell> run_;
    Input x_;
    xt::xtensor<float, 3> dy_;
};

xt::xtensor<float, 3> random_array(std::array<std::size_t, 3> shape)
{
    std::mt19937 bits(7);
    xt::xtensor<float, 3> x = xt::zeros<float>(shape);
    for (float& v : x) {
        v = static_cast<float>(bits() % 1000) * 1e-3F;
    }
    return x;
}

/// Measures contestants in turn.
template <class... Contestant>
void measure_in_turn(int rounds, Contestant&... all)
{
    for (int i = 0; i < rounds; ++i) {
        (all.measure(), ...);
    }
}

void print_row(char const* row, times const& ours, char const* peer, times const& theirs)
{
    std::printf("| %-26s | %8.3f | %8.3f | %-24s | %6.2f | %6.2f |\n", row, ours.infer, ours.train, peer,
                theirs.infer / ours.infer, theirs.train / ours.train);
}

}  // namespace

int main(int argc, char** argv)
{
    constexpr int rounds = 20;
    nlohmann::json const torch = rondo::bench::times_of_torch(argc > 1 ? argv[1] : "", "constructs_torch.py");
    auto const beside_torch = [&](char const* row, times const& ours) {
        if (torch.contains(row)) {
            print_row(row, ours, "PyTorch", {torch[row]["infer"], torch[row]["train"]});
        }
    };
    std::printf(
        "| Row (steps, batch, sizes)  | infer ms | train ms | Peer                     | infer  | train  |\n"
        "|----------------------------|----------|----------|--------------------------|--------|--------|"
        "\n");

    constexpr std::size_t count = 10000;
    xt::xtensor<int, 2> ids = xt::zeros<int>({50, 32});
    xt::xtensor<float, 3> vectors = xt::zeros<float>({std::size_t{50}, std::size_t{32}, count});
    std::mt19937 bits(5);
    for (std::size_t t = 0; t < 50; ++t) {
        for (std::size_t b = 0; b < 32; ++b) {
            ids(t, b) = static_cast<int>(bits() % count);
            vectors(t, b, static_cast<std::size_t>(ids(t, b))) = 1;
        }
    }
    std::array<std::size_t, 3> const of_reading{50, 32, 128};
    contestant<reading<one_hot<symbols>>, xt::xtensor<int, 2>> looking(ids, of_reading, symbols{count},
                                                                       hidden{128});
    contestant<reading<vec<symbols>>, xt::xtensor<float, 3>> multiplying(vectors, of_reading, symbols{count},
                                                                         hidden{128});
    measure_in_turn(rounds, looking, multiplying);
    print_row("look-up 50, 32, 10000, 128", looking.best, "one-hot vectors", multiplying.best);
    beside_torch("look-up 50, 32, 10000, 128", looking.best);

    auto const x = random_array({100, 32, 64});
    std::array<std::size_t, 3> const of_gru{100, 32, 128};
    inputs_of<papers::gru_d> observed;
    inputs_of<plain_gru_d> plainly_observed;
    for (std::size_t k = 0; k < 3; ++k) {
        observed.at(k) = plainly_observed.at(k) = x;
    }
    contestant<papers::gru_d, decltype(observed)> decaying(observed, of_gru, input{64}, hidden{128});
    contestant<plain_gru_d, decltype(plainly_observed)> plain(plainly_observed, of_gru, input{64},
                                                              hidden{128});
    measure_in_turn(rounds, decaying, plain);
    print_row("GRU-D 100, 32, 64, 128", decaying.best, "GRU of the same products", plain.best);
    beside_torch("GRU-D 100, 32, 64, 128", decaying.best);

    inputs_of<papers::zoneout_gru> masked;
    masked["x"_s] = x;
    masked["kept"_s] = xt::round(random_array(of_gru));
    contestant<papers::zoneout_gru, decltype(masked)> zoned(masked, of_gru, input{64}, hidden{128});
    contestant<gru_reset_before<>, xt::xtensor<float, 3>> gru(x, of_gru, input{64}, hidden{128});
    measure_in_turn(rounds, zoned, gru);
    print_row("zoneout 100, 32, 64, 128", zoned.best, "GRU of the same products", gru.best);

    inputs_of<conditioned_gru<per_sequence>> spoken;
    inputs_of<conditioned_gru<of_each_step>> repeated;
    spoken["x"_s] = repeated["x"_s] = x;
    repeated["context"_s] = xt::ones<float>(of_gru);
    spoken["context"_s] = xt::ones<float>({32, 128});
    contestant<conditioned_gru<per_sequence>, decltype(spoken)> once(spoken, of_gru, input{64}, hidden{128},
                                                                     speaker{128});
    contestant<conditioned_gru<of_each_step>, decltype(repeated)> often(repeated, of_gru, input{64},
                                                                        hidden{128}, speaker{128});
    contestant<gru_reset_before<>, xt::xtensor<float, 3>> without(x, of_gru, input{64}, hidden{128});
    measure_in_turn(rounds, once, often, without);
    print_row("context 100, 32, 64, 128", once.best, "input that is repeated", often.best);
    print_row("context 100, 32, 64, 128", once.best, "GRU without a context", without.best);

    contestant<papers::lru, xt::xtensor<float, 3>> recurrent(random_array({200, 8, 32}), {200, 8, 32},
                                                             input{32}, hidden{128});
    measure_in_turn(rounds, recurrent);
    beside_torch("LRU 200, 8, 32, 128", recurrent.best);
    std::printf("\nThe last columns are the peer's time over Rondo's.\n");
}
