#include "unit/random_run.hpp"

#include <rondo/cell/lstm.hpp>
#include <rondo/run/stream.hpp>
#include <rondo/run/truncated_bptt.hpp>
#include <rondo/run/workspace.hpp>
#include <rondo/train/sgd.hpp>

#include <doctest/doctest.h>
#include <malloc.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace {

/// How often this program has asked for memory through operator new.
std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t n)
{
    ++allocations;
    if (void* const p = std::malloc(n)) {
        return p;
    }
    throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

using namespace rondo;

TEST_CASE("workspace: the second run of the same sizes allocates nothing")
{
    test::random_run<lstm<>, float> const with(9, 4, 2, input{5}, hidden{19});
    test::random_run<lstm<>, float> const smaller(3, 4, 2, input{5}, hidden{19});
    bptt run{with.m};
    auto const everything = [&](auto const& arguments) {
        run.forward(arguments.x, arguments.initial);
        run.backward(arguments.dy, arguments.dfinal);
        run.infer(arguments.x);
        run.forward(arguments.x);
        run.backward(arguments.dy);
    };
    everything(with);
    CHECK(allocations > 0);
    std::size_t const in_use = mallinfo2().uordblks;  // aligned memory does not come from new
    std::size_t const before = allocations;
    everything(with);
    std::size_t const after = allocations;
    std::size_t const in_use_after = mallinfo2().uordblks;
    CHECK(after == before);
    CHECK(in_use_after == in_use);
    // Its output has another shape, for which xtensor allocates; the workspace does not grow.
    everything(smaller);
    std::size_t const settled = allocations;
    everything(smaller);
    std::size_t const settled_after = allocations;
    CHECK(settled_after == settled);
}

TEST_CASE("workspace: the steps of a stream allocate nothing")
{
    test::random_run<lstm<>, float> const with(9, 4, 2, input{5}, hidden{19});
    stream live{with.m, 4};
    std::size_t const in_use = mallinfo2().uordblks;
    std::size_t const before = allocations;
    for (std::size_t t = 0; t < 9; ++t) {
        live.step({with.x.data() + t * 20, 20});
    }
    live.load(with.m.parameters());
    live.reset();
    live.current_states();
    std::size_t const after = allocations;
    std::size_t const in_use_after = mallinfo2().uordblks;
    CHECK(after == before);
    CHECK(in_use_after == in_use);
}

TEST_CASE("workspace: windows that have been prepared for allocate nothing, resets included")
{
    test::random_run<lstm<>, float> const with(4, 3, 2, input{5}, hidden{19});
    auto const check = [&](auto m, truncation lengths, bool prepared) {
        m.parameters() = with.m.parameters();
        truncated_bptt run{m, lengths};
        sgd<float> descent{{.rate = 0.1, .momentum = 0.9}};
        auto const learn = [&](int windows) {
            for (int i = 0; i < windows; ++i) {
                run.forward(with.x);
                descent.update(m.parameters().flat(), run.backward(with.dy).parameters.flat());
                run.reset(1);
                run.reset(static_cast<std::size_t>(i % 3));
            }
        };
        if (prepared) {
            run.prepare(3);
            descent.update(m.parameters().flat(), run.last_gradients().parameters.flat());
        } else {
            learn(8);
        }
        std::size_t const in_use = mallinfo2().uordblks;
        std::size_t const before = allocations;
        learn(20);
        run.reset();
        learn(20);
        std::size_t const after = allocations;
        std::size_t const in_use_after = mallinfo2().uordblks;
        CHECK(after == before);
        CHECK(in_use_after == in_use);
    };
    model<lstm<>> const m{input{5}, hidden{19}};
    for (truncation const lengths : {truncation{4, 4}, {4, 12}, {4, 14}, {4, 2}}) {
        check(m, lengths, true);
        check(m, lengths, false);
    }
    check(m, {7, 10}, false);  // calls shorter than they might be
    check(model<lstm<>, float, fixed<input, 5>, fixed<hidden, 19>>{}, {4, 4}, true);
}

TEST_CASE("workspace: buffers grow and never shrink, and keep what they hold")
{
    growing_buffer<double> b;
    b.reserve(3)[2] = 7;
    CHECK(b.reserve(100)[2] == 7);
    double* const at = b.data();
    CHECK(b.reserve(5) == at);
    CHECK(b.reserve(100) == at);
    CHECK(reinterpret_cast<std::uintptr_t>(at) % 64 == 0);
}

TEST_CASE("workspace: a row is a number or full vectors")
{
    using of_lstm = workspace<forward_code<lstm<>>, float>;
    sizes<lstm<>> const bound(input{1}, hidden{static_cast<std::size_t>(width<float>) + 1});
    CHECK(of_lstm::row_step(bound, unit) == 1);
    CHECK(of_lstm::row_step(bound, compiled<lstm<>>::shapes.input.rows) == width<float>);
    CHECK(of_lstm::row_step(bound, compiled<lstm<>>::shapes.states[0].rows) == 2 * width<float>);
}
