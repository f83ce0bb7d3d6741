// Misuses of runs, streams, models and files of a cell with matrices.
#include "tiny.hpp"

#include <rondo/io/safetensors.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

using namespace rondo;
using namespace rondo::test;

namespace {

struct heads : dimension {
    using dimension::dimension;
};
struct rows : dimension {
    using dimension::dimension;
};
struct columns : dimension {
    using dimension::dimension;
};

/// A matrix as its input, a state of three steps ago, a weight of three dimensions, and outputs of two ranks.
struct tiny_matrices {
    weight<heads, rows, columns> w;
    RONDO_MEMBERS(w);

    constexpr auto operator()(mat<rows, columns> x, delayed<3, mat<rows, columns>> S, vec<columns> v) const
    {
        auto const read = sum<heads>(w * x);
        return next{tanh(S + read), 0.5 * v + sum<rows>(read)}.outputs("M"_s = S + read, "v"_s = v);
    }
};

template <std::size_t Rank>
using array_of = xt::xtensor<float, Rank>;

model<tiny_matrices> matrix_model()
{
    model<tiny_matrices> m{heads{2}, rows{3}, columns{4}};
    initialize_uniform(m.parameters(), 1);
    return m;
}

struct one_matrix_run {
    model<tiny_matrices> m = matrix_model();
    bptt<tiny_matrices> run{m};
    array_of<4> x = filled<array_of<4>>({5, 2, 3, 4});
    array_of<4> wide = filled<array_of<4>>({5, 2, 4, 3});
    states_of<tiny_matrices, float> begin = m.zero_states(2);

    numbers use()
    {
        auto const& y = run.forward(x, {.initial = begin});
        numbers const all = all_of(y["M"_s], y["v"_s]);
        auto const& g = run.backward(named("M"_s = y["M"_s], "v"_s = y["v"_s]));
        return all_of(all, g.parameters.flat(), g.input, g.initial[0], g.initial[1]);
    }
    numbers outputs(auto const& input)
    {
        auto const& y = run.forward(input);
        return all_of(y["M"_s], y["v"_s]);
    }
    /// A run with check_finite.
    bptt<tiny_matrices> checked() { return bptt<tiny_matrices>(m, {.check_finite = true}); }
};

constexpr std::size_t huge = std::size_t{1} << 40;

}  // namespace

TEST_CASE("misuses of runs of matrices")
{
    check<one_matrix_run>({
        {"a matrix as one extent",
         [](auto& s) {
             s.run.forward(filled({5, 2, 12}));
         },
         rejects(
             "the input x: expected shape (time, batch, rows = 3, columns = 4), no extent of 0; found (5, "
             "2, 12)")},
        {"a transposed matrix", [](auto& s) { s.run.forward(s.wide); }, rejects("found (5, 2, 4, 3)")},
        {"a view that transposes it back",
         [](auto& s) {
             return s.outputs(xt::transpose(s.wide, {0, 1, 3, 2}));
         },
         right{[](auto& s) {
             return s.outputs(array_of<4>(xt::transpose(s.wide, {0, 1, 3, 2})));
         }}},
        {"a temporary", [](auto& s) { return s.outputs(array_of<4>(s.x)); },
         right{[](auto& s) { return s.outputs(s.x); }}},
        {"a matrix without rows",
         [](auto& s) {
             s.run.forward(array_of<4>(xt::ones<float>({5, 2, 0, 4})));
         },
         rejects("no extent of 0; found (5, 2, 0, 4)")},
        {"no steps",
         [](auto& s) {
             s.run.forward(array_of<4>(xt::ones<float>({0, 2, 3, 4})));
         },
         rejects("found (0, 2, 3, 4)")},
        {"a list with a transposed matrix",
         [](auto& s) {
             s.run.forward(std::vector<array_of<3>>{xt::ones<float>({4, 3, 4}), xt::ones<float>({2, 4, 3})});
         },
         rejects("expected sequences of shape (time, rows = 3, columns = 4), no extent of 0; found (2, 4, 3) "
                 "for sequence 1")},
        {"the gradient of another output",
         [](auto& s) {
             auto const& y = s.run.forward(s.x);
             s.run.backward(named("M"_s = y["v"_s]));
         },
         rejects("the gradient of the output \"M\": expected shape (time = 5, batch = 2, rows = 3, columns = "
                 "4), no extent of 0; found (5, 2, 4)")},
        {"a state of one step instead of three",
         [](auto& s) {
             auto begin = s.begin;
             begin[0] = xt::zeros<float>({2, 3, 4});
             s.run.forward(s.x, {.initial = begin});
         },
         rejects("expected shape (batch = 2, 3 steps * rows = 9, columns = 4); found (2, 3, 4)")},
        {"states in another order",
         [](auto& s) {
             auto begin = s.begin;
             std::swap(begin[0], begin[1]);
             s.run.forward(s.x, {.initial = begin});
         },
         rejects("found (2, 4)")},
        {"NaN in a matrix",
         [](auto& s) {
             auto x = s.x;
             x(3, 1, 2, 1) = not_finite;
             s.checked().forward(x);
         },
         rejects("found nan at (time 3, batch 1, rows 2, columns 1)")},
        {"NaN in a state",
         [](auto& s) {
             auto begin = s.begin;
             begin[0](1, 7, 2) = not_finite;
             s.checked().forward(s.x, {.initial = begin});
         },
         rejects("found nan at (batch 1, rows 7, columns 2)")},
        {"NaN in an output gradient",
         [](auto& s) {
             auto run = s.checked();
             auto y = run.forward(s.x);
             y["M"_s](4, 0, 1, 3) = not_finite;
             run.backward(named("M"_s = y["M"_s]));
         },
         rejects("found nan at (time 4, batch 0, rows 1, columns 3)")},
        {"NaN in a weight",
         [](auto& s) {
             auto m = s.m;
             m["w"_s](1, 2, 3) = not_finite;
             bptt<tiny_matrices>(m, {.check_finite = true}).forward(s.x);
         },
         throws<number_error>("parameter 'w': expected finite numbers; found nan at entry (1, 2, 3)")},
        {"a window of a transposed matrix",
         [](auto& s) {
             truncated_bptt run{s.m, {.every = 5, .over = 5}};
             run.forward(s.wide);
         },
         rejects("found (5, 2, 4, 3)")},
        {"a step of a stream with a row too few",
         [](auto& s) {
             stream live{s.m};
             live.step(std::vector<float>(8));
         },
         rejects("expected 12 numbers")},
    });
}

TEST_CASE("misuses of sizes of matrices")
{
    check<one_matrix_run>({
        {"a matrix whose entries overflow",
         [](auto&) { model<tiny_matrices>(heads{1}, rows{huge}, columns{huge}); },
         rejects("tiny_matrices along rows, columns: expected at most 281474976710656 entries; found "
                 "1099511627776 x 1099511627776")},
        {"a matrix whose steps overflow",
         [](auto&) { model<tiny_matrices>(heads{1}, rows{huge / 4}, columns{1024}); },
         rejects("found 3 steps of 274877906944 x 1024")},
        {"a plan whose steps overflow", [](auto& s) { plan_memory(s.m, huge * 1024, 1024); },
         rejects("plan_memory: expected at most")},
        {"a plan of a negative number of steps",
         [](auto& s) { plan_memory(s.m, static_cast<std::size_t>(-1), 1); },
         rejects("rows (steps x sequences); found -1 x 1")},
        {"a plan of lengths that overflow",
         [](auto& s) {
             plan_memory(s.m, std::vector<std::size_t>{3, huge * 1024});
         },
         rejects("rows (steps x sequences); found 1125899906842624 x 2")},
        {"a generator that overflows",
         [](auto& s) {
             s.run.forward(xt::ones<float>({huge, huge, std::size_t{3}, std::size_t{4}}));
         },
         rejects("the input x: expected at most")},
        {"a stream whose voices overflow", [](auto& s) { stream live(s.m, huge * huge); },
         rejects("a stream: expected at least 1 voice")},
        {"a stream of too many voices", [](auto& s) { stream live(s.m, huge * 1024); },
         rejects("a stream: expected at most")},
        {"a preparation for windows that overflow",
         [](auto& s) {
             truncated_bptt run{s.m, {.every = huge * 1024, .over = 1}};
             run.prepare(1024);
         },
         rejects("prepare: expected at most")},
        {"states that overflow", [](auto& s) { return all_of(s.m.zero_states(huge * 1024)[0]); },
         rejects("zero_states: expected at most")},
        {"bytes of no sequences", [](auto& s) { training_bytes(s.m, {.steps = 3, .batch = 0}); },
         rejects("training_bytes: expected at least 1 step and 1 sequence; found 3 and 0")},
        {"bytes of no voices", [](auto& s) { stream_bytes(s.m, 0); }, rejects("stream_bytes: expected")},
        {"parameters of other heads",
         [](auto& s) {
             model<tiny_matrices> const other(heads{3}, rows{2}, columns{4});
             s.m.parameters() = other.parameters();
         },
         rejects("parameter 'w': expected shape (2, 3, 4); found shape (3, 2, 4)")},
        {"a file of other heads",
         [](auto& s) {
             auto const path =
                 std::filesystem::temp_directory_path() / ("rondo-heads-" + std::to_string(::getpid()));
             save_safetensors(path, model<tiny_matrices>(heads{3}, rows{2}, columns{4}).parameters());
             try {
                 load_safetensors(path, s.m.parameters());
             } catch (...) {
                 std::filesystem::remove(path);
                 throw;
             }
         },
         throws<file_error>("expected tensor 'w' of F32 (2, 3, 4); found F32 (3, 2, 4)")},
    });
}
