// Misuses of the arguments of a run in braces, of arrays that are given a shape, and of its options.
#include "one_run.hpp"

#include <unit/failing_pool.hpp>

#include <array>
#include <limits>
#include <vector>

using namespace rondo;
using namespace rondo::test;

namespace {

/// A run with a memory budget, whose backward() recomputes segments, and threads that can fail.
struct pooled_run {
    failing_pool pool{};
    model<tiny> m = tiny_model();
    sequence x = filled({200, 2, features}, 1), dy = filled({200, 2, features}, 2);
    bptt<tiny> run{m, {.chunk_rows = 4, .memory = budget(), .pool = &pool}};

    std::size_t budget() const
    {
        auto const all = plan_memory(m, 200, 2, {.chunk_rows = 4, .pool = const_cast<failing_pool*>(&pool)});
        return all.bytes * 3 / 4;
    }
    numbers use()
    {
        pool.fails_at = -1;
        numbers const y = all_of(run.forward(x));
        return all_of(y, numbers_of(run.backward(dy)));
    }
};

/// How many parts of forward() and backward() there are in the use of a pooled_run.
struct part_counts {
    std::ptrdiff_t forward, all;
};
part_counts count_parts()
{
    constexpr std::ptrdiff_t many = 1 << 20;
    pooled_run s;
    s.pool.fails_at = many;
    s.run.forward(s.x);
    std::ptrdiff_t const forward = many - s.pool.fails_at;
    s.run.backward(s.dy);
    return {forward, many - s.pool.fails_at};
}

/// A proper use with the smallest chunks.
numbers use_small_chunks(one_run& s)
{
    s.run = bptt<tiny>{s.m, {.chunk_rows = 1}};
    return s.use();
}

}  // namespace

TEST_CASE("misuses of lengths and states of a run")
{
    check<one_run>({
        {"no length", [](auto& s) { s.run.forward(s.x, {.lengths = std::vector<int>{}}); },
         rejects("the lengths: expected 2 numbers, one for each sequence of the batch; found 0")},
        {"a length too many",
         [](auto& s) {
             s.run.forward(s.x, {.lengths = {4, 4, 4}});
         },
         rejects("the lengths: expected 2 numbers")},
        {"a length of zero",
         [](auto& s) {
             s.run.infer(s.x, {.lengths = {0, 4}});
         },
         rejects("the lengths: expected 1 to 4 steps; found 0 for batch 0")},
        {"a negative length",
         [](auto& s) {
             s.run.forward(s.x, {.lengths = {4, -1}});
         },
         rejects("the lengths: expected 1 to 4 steps; found -1 for batch 1")},
        {"a length beyond the steps",
         [](auto& s) {
             s.run.forward(s.x, {.lengths = {4, 5}});
         },
         rejects("found 5 for batch 1")},
        {"an unsigned length of many bits",
         [](auto& s) {
             s.run.forward(s.x, {.lengths = std::array{std::size_t{4}, std::size_t{1} << 63}});
         },
         rejects("the lengths: expected 1 to 4 steps")},
        {"lengths of a list",
         [](auto& s) {
             using one = xt::xtensor<float, 2>;
             s.run.forward(std::vector{filled<one>({4, 3}), filled<one>({2, 3})}, {.lengths = {4, 2}});
         },
         rejects("the lengths: expected")},
        {"initial states of another batch",
         [](auto& s) {
             states const wrong = some_states(3);
             s.run.forward(s.x, {.initial = wrong});
         },
         rejects("the initial state number 1: expected shape (batch = 2, hidden = 5); found (3, 5)")},
        {"initial states of no size", [](auto& s) { s.run.infer(s.x, {.initial = states{}}); },
         rejects("the initial state number 1: expected shape (batch = 2, hidden = 5)")},
        {"an initial state that was moved from",
         [](auto& s) {
             states wrong = some_states();
             xt::xtensor<float, 2> const taken = std::move(wrong[0]);
             s.run.infer(s.x, {.initial = wrong});
         },
         rejects("the initial state number 1: expected an array with entries; found an array that was "
                 "moved from")},
        {"a gradient of the final states that was moved from",
         [](auto& s) {
             states wrong = some_states();
             xt::xtensor<float, 2> const taken = std::move(wrong[1]);
             s.run.forward(s.x);
             s.run.backward(s.dy, {.final = wrong});
         },
         rejects("the gradient of the final state number 2: expected an array with entries; found an array "
                 "that was moved from")},
        {"a gradient of the final states of another batch",
         [](auto& s) {
             s.run.forward(s.x);
             s.run.backward(s.dy, {.final = some_states(1)});
         },
         rejects(
             "the gradient of the final state number 1: expected shape (batch = 2, hidden = 5); found (1, "
             "5)")},
        {"a sequence of a list that was moved from",
         [](auto& s) {
             using one = xt::xtensor<float, 2>;
             std::vector wrong{filled<one>({4, 3}), filled<one>({2, 3})};
             one const taken = std::move(wrong[1]);
             s.run.forward(wrong);
         },
         rejects("the input x: expected an array with entries; found an array that was moved from")},
        {"temporary lengths and states",
         [](auto& s) {
             numbers const y =
                 all_of(s.run.forward(s.x, {.lengths = std::vector{2, 4}, .initial = some_states()}));
             return all_of(y, numbers_of(s.run.backward(s.dy, {.final = some_states(2, 9)})));
         },
         right{[](auto& s) {
             std::vector const lengths{2, 4};
             states const initial = some_states(), last = some_states(2, 9);
             numbers const y = all_of(s.run.forward(s.x, {.lengths = lengths, .initial = initial}));
             return all_of(y, numbers_of(s.run.backward(s.dy, {.final = last})));
         }}},
        {"padding that is not a number",
         [](auto& s) {
             sequence x = s.x, dy = s.dy;
             for (std::size_t t = 2; t < steps; ++t) {
                 x(t, 0, 1) = dy(t, 0, 2) = std::numeric_limits<float>::quiet_NaN();
             }
             numbers const y = all_of(s.run.forward(x, {.lengths = {2, 4}}));
             return all_of(y, numbers_of(s.run.backward(dy)));
         },
         right{[](auto& s) {
             numbers const y = all_of(s.run.forward(s.x, {.lengths = {2, 4}}));
             return all_of(y, numbers_of(s.run.backward(s.dy)));
         }}},
        {"lengths that are all of the steps",
         [](auto& s) {
             numbers const y = all_of(s.run.forward(s.x, {.lengths = {4, 4}}));
             return all_of(y, numbers_of(s.run.backward(s.dy)));
         },
         right{use}},
        {"no output is wanted, and then it is",
         [](auto& s) {
             CHECK(s.run.infer(s.x, {.outputs = output_steps::none}).size() == 0);
             return all_of(s.run.infer(s.x, {.outputs = output_steps::last}));
         },
         right{[](auto& s) { return all_of(xt::view(sequence(s.run.infer(s.x)), xt::range(3, 4))); }}},
    });
}

TEST_CASE("misuses of arrays that are given a shape, or borrowed")
{
    check<one_run>({
        {"too few numbers",
         [](auto& s) {
             std::vector<float> const x(23);
             s.run.forward(shaped(x, 4, 2, 3));
         },
         rejects("shaped: expected 24 numbers, as the extents say; found 23")},
        {"no numbers",
         [](auto& s) {
             std::vector<float> const x;
             s.run.forward(shaped(x, 4, 2, 3));
         },
         rejects("shaped: expected 24 numbers")},
        {"a negative extent", [](auto& s) { s.run.forward(shaped(s.x.data(), 4, -2, 3)); },
         rejects("shaped: expected extents of at least 0; found -2")},
        {"two extents", [](auto& s) { s.run.forward(shaped(s.x.data(), 8, 3)); },
         rejects("the input x: expected shape (time, batch, input = 3), no extent of 0; found (8, 3)")},
        {"a null pointer and no steps",
         [](auto& s) { s.run.forward(shaped(static_cast<float*>(nullptr), 0, 2, 3)); },
         rejects("found (0, 2, 3)")},
        {"a vector that dies before backward",
         [](auto& s) {
             std::vector<float> x(s.x.begin(), s.x.end());
             numbers const y = all_of(s.run.forward(shaped(x, 4, 2, 3)));
             x = {};
             return all_of(y, numbers_of(s.run.backward(shaped(s.dy.data(), 4, 2, 3))));
         },
         right{use}},
        {"a borrowed result of the run itself",
         [](auto& s) { return s.both(borrowed(s.run.infer(s.x)), s.dy); },
         right{[](auto& s) { return s.both(sequence(s.run.infer(s.x)), s.dy); }}},
        {"a borrowed array of other features", [](auto& s) { s.run.forward(borrowed(s.wide)); },
         rejects("found (4, 2, 7)")},
    });
}

TEST_CASE("threads that fail")
{
    pooled_run fresh;
    numbers const expected = fresh.use();
    part_counts const parts = count_parts();
    CHECK(parts.all > 100);  // there is work enough to share
    for (std::ptrdiff_t at = 0; at < parts.all; at += 1 + at / 8) {
        CAPTURE(at);
        pooled_run s;
        s.pool.fails_at = at;
        if (at < parts.forward) {
            CHECK_THROWS_AS(s.run.forward(s.x), part_failed);
        } else {
            CHECK_NOTHROW(s.run.forward(s.x));
            CHECK_THROWS_AS(s.run.backward(s.dy), part_failed);
        }
        s.pool.fails_at = -1;
        CHECK_THROWS_AS(s.run.backward(s.dy), std::logic_error);
        CHECK(s.use() == expected);
    }
}

TEST_CASE("misuses of the options of a run")
{
    struct no_pool final : thread_pool {
        std::ptrdiff_t count() const noexcept override { return 0; }
        void run(std::ptrdiff_t, part_function) override {}
    };
    check<one_run>({
        {"a pool without threads",
         [](auto& s) {
             no_pool none;
             bptt run{s.m, {.pool = &none}};
         },
         rejects("the thread pool: expected a count() of at least 1; found 0")},
        {"a budget of a byte",
         [](auto& s) {
             bptt run{s.m, {.memory = 1}};
             run.forward(s.x);
         },
         rejects("the memory budget: expected at least")},
        {"chunks of no rows",
         [](auto& s) {
             s.run = bptt<tiny>{s.m, {.chunk_rows = 0}};
             numbers const n = s.use();
             s.run = bptt<tiny>{s.m};
             return n;
         },
         right{use_small_chunks}},
        {"chunks of a negative number of rows",
         [](auto& s) {
             s.run = bptt<tiny>{s.m, {.chunk_rows = -5}};
             numbers const n = s.use();
             s.run = bptt<tiny>{s.m};
             return n;
         },
         right{use_small_chunks}},
        {"a frozen model has nothing to train",
         [](auto& s) {
             bptt run{s.m, {.frozen = true}};
             return all_of(run.parameter_groups()[0].parameters, run.parameter_groups()[0].gradients);
         },
         right{[](auto&) { return numbers{}; }}},
        {"a gradient of frozen parameters, by name",
         [](auto& s) {
             bptt run{s.m, {.frozen = true}};
             run.forward(s.x);
             return all_of(run.backward(s.dy).parameters["U"_s]);
         },
         throws<std::logic_error>("the gradient of parameter 'U' is not computed")},
        {"a gradient of frozen parameters, as an optimiser takes it",
         [](auto& s) {
             bptt run{s.m, {.frozen = true}};
             run.forward(s.x);
             sgd<float>{{.rate = 0.1}}.update(s.m.parameters().flat(), run.backward(s.dy).parameters.flat());
         },
         rejects("found ")},
        {"a gradient of the input that is left out, as an output gradient",
         [](auto& s) {
             bptt run{s.m, {.input_gradient = false}};
             run.forward(s.x);
             s.run.forward(s.x);
             s.run.backward(run.backward(s.dy).input);
         },
         rejects("the output gradient dy: expected shape")},
        {"a gradient of the input that is left out, and the others",
         [](auto& s) {
             bptt run{s.m, {.input_gradient = false}};
             numbers const y = all_of(run.forward(s.x));
             auto const& g = run.backward(s.dy);
             numbers const others = all_of(y, g.parameters.flat(), g.initial[0], g.initial[1]);
             return g.input.size() == 0 ? others : numbers{};
         },
         right{[](auto& s) {
             numbers const y = all_of(s.run.forward(s.x));
             auto const& g = s.run.backward(s.dy);
             return all_of(y, g.parameters.flat(), g.initial[0], g.initial[1]);
         }}},
    });
}
