#include "unit/memory_in_use.hpp"
#include "unit/random_run.hpp"

#include <rondo/cell/elman.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/sequence/call_arguments.hpp>
#include <rondo/stack/stack.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace call_arguments_test {

using namespace rondo;
using namespace rondo::check_internal;
using test::difference;
using test::random_run;
using test::tensors;
using test::tensors_of;

namespace {

using sequences = xt::xtensor<double, 3>;
// The output of a run has the shape of its input.
using square_run = random_run<elman<>, double>;

square_run example() { return square_run(7, 3, 1, input{5}, hidden{5}); }

/// The gradient of a forward() over @p x, as a new object computes it.
tensors gradient_over(square_run const& with, sequences const& x, sequences const& dy)
{
    bptt run{with.m};
    run.forward(x);
    return tensors_of(run.backward(dy));
}

/// Whether forward() takes arguments of a type.
template <class Run, class Arguments>
concept takes = requires(Run r, xt::xtensor<float, 3> x, Arguments&& with) {
    r.forward(x, std::forward<Arguments>(with));
};

}  // namespace

TEST_CASE("call_arguments: nothing has to be said")
{
    forward_arguments<lstm<>, float> const none{};
    CHECK(!none.lengths.are_given());
    CHECK(none.initial.get() == nullptr);
    CHECK(infer_arguments<lstm<>, float>{}.outputs == output_steps::all);
    CHECK(backward_arguments<lstm<>, float>{}.final.get() == nullptr);
    CHECK(!layer_arguments{}.lengths.are_given());
}

TEST_CASE("call_arguments: lengths and states are referred to, so named arguments are not taken")
{
    states_of<lstm<>, float> states;
    std::vector<int> const lengths{3, 4};
    forward_arguments<lstm<>, float> const with{.lengths = lengths, .initial = states};
    CHECK(with.initial.get() == &states);
    CHECK(with.lengths[1] == 4);
    using run = bptt<lstm<>, float>;
    static_assert(takes<run, forward_arguments<lstm<>, float>>);
    static_assert(!takes<run, forward_arguments<lstm<>, float>&>);
    static_assert(!takes<run, forward_arguments<lstm<>, float> const&>);
}

TEST_CASE("call_arguments: lengths in braces, in any list of integers")
{
    auto const with = example();
    bptt run{with.m};
    sequences const y = run.forward(with.x, {.lengths = {7, 2, 5}});
    CHECK(run.forward(with.x, {.lengths = std::vector{7, 2, 5}}) == y);
    CHECK(run.forward(with.x, {.lengths = xt::xtensor<unsigned, 1>{7, 2, 5}}) == y);
    std::size_t const two = 2;
    CHECK(run.forward(with.x, {.lengths = {two + 5, two, two + 3}, .initial = with.m.zero_states(3)}) == y);
}

TEST_CASE("call_arguments: an input may die, be refilled or be resized before backward()")
{
    auto const with = example();
    auto const expected = gradient_over(with, with.x, with.dy);
    bptt run{with.m};
    SUBCASE("a temporary") { run.forward(sequences(with.x)); }
    SUBCASE("refilled")
    {
        sequences x = with.x;
        run.forward(x);
        x.fill(1e3);
        CHECK(difference(tensors_of(run.backward(with.dy)), expected) == 0);
    }
    SUBCASE("resized")
    {
        sequences x = with.x;
        run.forward(x);
        x.resize({70, 30, 50});
        CHECK(difference(tensors_of(run.backward(with.dy)), expected) == 0);
    }
    SUBCASE("freed, and other memory written")
    {
        auto x = std::make_unique<sequences>(with.x);
        run.forward(*x);
        x.reset();
        std::vector<double> const other(with.x.size(), 1e3);
        CHECK(other.back() == 1e3);
    }
    SUBCASE("an expression") { run.forward(1.0 * with.x); }
    SUBCASE("with lengths") { run.forward(sequences(with.x), {.lengths = {7, 7, 7}}); }
    SUBCASE("under a memory budget")
    {
        std::size_t const all = plan_memory(with.m, 7, 3, {.chunk_rows = 3}).bytes;
        bptt small{with.m, {.chunk_rows = 3, .memory = all - 1}};
        small.forward(sequences(with.x));
        CHECK(difference(tensors_of(small.backward(with.dy)), expected) < 1e-13);
        run.forward(sequences(with.x));
    }
    CHECK(difference(tensors_of(run.backward(with.dy)), expected) == 0);
}

TEST_CASE("call_arguments: a borrowed input is read in place until backward()")
{
    auto const with = example();
    auto const expected = gradient_over(with, with.x, with.dy);
    bptt run{with.m};
    sequences x = with.x;
    run.forward(borrowed(x));
    CHECK(difference(tensors_of(run.backward(with.dy)), expected) == 0);
    x.fill(1e3);  // which is why it must stay as it is
    CHECK(difference(tensors_of(run.backward(with.dy)), expected) > 1);
    // Rows that are rearranged are copied.
    x = with.x;
    run.forward(borrowed(x), {.lengths = {7, 7, 7}});
    x.fill(1e3);
    CHECK(difference(tensors_of(run.backward(with.dy)), expected) == 0);
    // An array that the run itself overwrites is copied.
    sequences const inferred = run.infer(with.x);
    run.forward(borrowed(run.infer(with.x)));
    CHECK(difference(tensors_of(run.backward(with.dy)), gradient_over(with, inferred, with.dy)) == 0);
}

TEST_CASE("call_arguments: results of a run may be arguments of its next call")
{
    auto const with = example();
    bptt run{with.m};
    sequences const inferred = run.infer(with.x);
    auto const expected = gradient_over(with, inferred, with.dy);
    run.forward(run.infer(with.x));
    CHECK(difference(tensors_of(run.backward(with.dy)), expected) == 0);
    sequences const twice = bptt{with.m}.infer(inferred);
    CHECK(run.infer(run.infer(with.x)) == twice);
    CHECK(run.infer(xt::view(run.infer(with.x), xt::all())) == twice);
    CHECK(run.infer(1.0 * run.infer(with.x)) == twice);
    // The output as its own gradient, and the gradient of the input as that of the output.
    for (std::size_t const budget :
         {std::size_t{0}, plan_memory(with.m, 7, 3, {.chunk_rows = 3}).bytes - 1}) {
        CAPTURE(budget);
        bptt own{with.m, {.chunk_rows = 3, .memory = budget}};
        sequences const y = own.forward(with.x);
        auto const of_output = tensors_of(own.backward(sequences(y)));
        sequences const dx = own.last_gradients().input;
        CHECK(difference(tensors_of(own.backward(own.forward(with.x))), of_output) == 0);
        auto const of_gradient = tensors_of(own.backward(sequences(dx)));
        own.backward(sequences(y));
        CHECK(difference(tensors_of(own.backward(own.last_gradients().input)), of_gradient) == 0);
    }
}

TEST_CASE("call_arguments: the gradient of the parameters may be that of the output")
{
    square_run const with(2, 3, 1, input{5}, hidden{5});  // of which it has as many entries
    bptt run{with.m};
    run.forward(with.x);
    run.backward(with.dy);
    std::span<double const> const g = run.last_gradients().parameters.flat().first(2 * 3 * 5);
    std::vector<double> const copy(g.begin(), g.end());
    auto const expected = gradient_over(with, with.x, shaped(copy, 2, 3, 5));
    CHECK(difference(tensors_of(run.backward(shaped(g, 2, 3, 5))), expected) == 0);
}

TEST_CASE("call_arguments: states of a run may be states of its next call")
{
    auto const with = example();
    bptt run{with.m};
    run.infer(with.x);
    auto const reached = run.final_states();
    sequences const continued = bptt{with.m}.infer(with.x, {.initial = reached});
    CHECK(run.infer(with.x, {.initial = run.final_states()}) == continued);
    run.infer(with.x);
    CHECK(run.infer(with.x, {.lengths = {7, 7, 7}, .initial = run.final_states()}) == continued);

    run.forward(with.x);
    auto const dfinal = run.backward(with.dy).initial;
    auto const expected = tensors_of(run.backward(with.dy, {.final = dfinal}));
    run.backward(with.dy);
    CHECK(difference(tensors_of(run.backward(with.dy, {.final = run.last_gradients().initial})), expected) ==
          0);
}

TEST_CASE("call_arguments: results of a stack may be arguments of its next call")
{
    auto const with = example();
    auto const other = square_run(7, 3, 2, input{5}, hidden{5});
    stack net{bptt{with.m}, bptt{other.m}};
    stack fresh{bptt{with.m}, bptt{other.m}};
    sequences const inferred = fresh.infer(with.x);
    fresh.forward(inferred);
    sequences const dx = fresh.backward(with.dy).input;
    net.forward(net.infer(with.x));
    CHECK(net.backward(with.dy).input == dx);
    net.forward(sequences(inferred));  // a temporary
    CHECK(net.backward(with.dy).input == dx);
}

TEST_CASE("call_arguments: infer() gives all outputs, the last ones or none, and always the final states")
{
    auto const with = example();
    bptt run{with.m, {.chunk_rows = 6}};
    for (bool const is_padded : {false, true}) {
        CAPTURE(is_padded);
        std::vector<int> const lengths{is_padded ? 4 : 7, 7, is_padded ? 1 : 7};
        auto const of_batch = is_padded ? lengths_view(lengths) : lengths_view();
        sequences const all = run.infer(with.x, {.lengths = of_batch, .initial = with.initial});
        auto const final = run.final_states();
        auto const& last =
            run.infer(with.x, {.lengths = of_batch, .initial = with.initial, .outputs = output_steps::last});
        CHECK(last.shape()[0] == 1);
        for (std::size_t b = 0; b < 3; ++b) {
            for (std::size_t i = 0; i < 5; ++i) {
                CHECK(last(0, b, i) == all(static_cast<std::size_t>(lengths[b] - 1), b, i));
            }
        }
        CHECK(run.final_states()[0] == final[0]);
        auto const& none =
            run.infer(with.x, {.lengths = of_batch, .initial = with.initial, .outputs = output_steps::none});
        CHECK(none.size() == 0);
        CHECK(run.final_states()[0] == final[0]);
    }
}

TEST_CASE("call_arguments: infer() without all outputs takes memory that does not grow with time" *
          doctest::skip(!test::memory_is_counted()))
{
    model<elman<>> m{input{1}, hidden{16}};
    auto const bytes = [&](std::size_t steps, output_steps outputs) {
        xt::xtensor<float, 3> const x = xt::zeros<float>({steps, std::size_t{1}, std::size_t{1}});
        auto const before = test::bytes_in_use();
        bptt run{m};
        run.infer(x, {.outputs = outputs});
        return test::bytes_in_use() - before;
    };
    auto const few = bytes(10'000, output_steps::none);
    std::int64_t const chunks = 50 * 40'000 / 512;  // of the list of chunks, which does grow
    CHECK(bytes(40'000, output_steps::none) < few + chunks + 1024);
    CHECK(bytes(40'000, output_steps::last) < few + chunks + 1024);
    CHECK(bytes(40'000, output_steps::all) > few + 30'000 * 16 * 4);
}

}  // namespace call_arguments_test
