// Misuses of truncated backpropagation through time.
#include "tiny.hpp"

using namespace rondo;
using namespace rondo::test;

namespace {

struct one_truncated {
    model<tiny> m = tiny_model();
    truncated_bptt<tiny> run{m, {.every = 4, .over = 6}};
    sequence x = series(1), dy = series(2);

    /// Two calls from the start.
    numbers use()
    {
        run.reset();
        run.forward(x);
        numbers const y = all_of(run.forward(x), run.current_states()[0], run.current_states()[1]);
        return all_of(y, numbers_of(run.backward(dy)));
    }
};

}  // namespace

TEST_CASE("misuses of a truncated run")
{
    check<one_truncated>({
        {"a gradient every 0 steps", [](auto& s) { truncated_bptt<tiny>(s.m, {.every = 0, .over = 1}); },
         rejects("truncation: every: expected at least 1 step; found 0")},
        {"a gradient over a negative number of steps",
         [](auto& s) { truncated_bptt<tiny>(s.m, {.every = 1, .over = -1}); },
         rejects("truncation: over: expected at least 1 step; found -1")},
        {"a memory budget",
         [](auto& s) { truncated_bptt<tiny>(s.m, {.every = 1, .over = 1}, {.memory = 1 << 20}); },
         rejects("truncation: expected no memory budget")},
        {"a batch of zero", [](auto& s) { s.run.prepare(0); },
         rejects("prepare: expected a batch of at least 1; found 0")},
        {"too many steps",
         [](auto& s) {
             s.run.forward(filled({5, 2, 3}));
         },
         rejects("the input x: expected at most 4 steps at once; found 5")},
        {"no steps",
         [](auto& s) {
             s.run.forward(filled({0, 2, 3}));
         },
         rejects("found (0, 2, 3)")},
        {"two dimensions",
         [](auto& s) {
             s.run.forward(filled<any_array>({4, 6}));
         },
         rejects("found (4, 6)")},
        {"another batch than before",
         [](auto& s) {
             s.run.forward(s.x);
             s.run.forward(filled({4, 3, 3}));
         },
         rejects(
             "the input x: expected shape (time, batch = 2, input = 3), no extent of 0; found (4, 3, 3)")},
        {"a rejected call in between",
         [](auto& s) {
             s.run.forward(s.x);
             try {
                 s.run.forward(filled({4, 3, 3}));
             } catch (std::invalid_argument const&) {
             }
             numbers const y =
                 all_of(s.run.forward(s.x), s.run.current_states()[0], s.run.current_states()[1]);
             return all_of(y, numbers_of(s.run.backward(s.dy)));
         },
         right{use}},
        {"lengths of another batch", [](auto& s) { s.run.forward(s.x, {.lengths = {4}}); },
         rejects("the lengths: expected 2 numbers, one for each sequence of the batch; found 1")},
        {"a length beyond the steps",
         [](auto& s) {
             s.run.forward(s.x, {.lengths = {4, 5}});
         },
         rejects("the lengths: expected 0 to 4 steps; found 5 for batch 1")},
        {"a negative length",
         [](auto& s) {
             s.run.forward(s.x, {.lengths = {-1, 4}});
         },
         rejects("found -1 for batch 0")},
        {"a list of sequences without steps",
         [](auto& s) {
             s.run.forward(std::vector<any_array>(2, filled<any_array>({0, 3})));
         },
         rejects("the input x: expected a step of at least 1 sequence")},
        {"a list of another batch than before",
         [](auto& s) {
             s.run.forward(s.x);
             s.run.forward(std::vector<any_array>(3, filled<any_array>({2, 3})));
         },
         rejects("the input x: expected 2 sequences, as in the calls before; found 3")},
        {"lengths beside a list",
         [](auto& s) {
             s.run.forward(std::vector<any_array>(2, filled<any_array>({2, 3})), {.lengths = {2, 2}});
         },
         rejects("the lengths: expected none, as a list has those of its sequences")},
        {"a sequence that has ended, with padding that is not a number",
         [](auto& s) {
             s.run.forward(s.x);
             sequence x = s.x, dy = s.dy;
             xt::view(x, xt::range(1, 4), 1) = not_finite;
             xt::view(dy, xt::range(1, 4), 1) = not_finite;
             numbers const y = all_of(s.run.forward(x, {.lengths = {4, 1}}), s.run.current_states()[0]);
             return all_of(y, numbers_of(s.run.backward(dy)));
         },
         right{[](auto& s) {
             s.run.forward(s.x);
             numbers const y = all_of(s.run.forward(s.x, {.lengths = {4, 1}}), s.run.current_states()[0]);
             return all_of(y, numbers_of(s.run.backward(s.dy)));
         }}},
        {"a window in which no sequence has a step",
         [](auto& s) {
             s.run.forward(s.x);
             sequence const nothing = s.run.forward(s.x, {.lengths = {0, 0}});
             return all_of(nothing, s.run.current_states()[0], s.run.backward(s.dy).input);
         },
         right{[](auto& s) {
             s.run.forward(s.x);
             return all_of(0 * s.x, s.run.current_states()[0], 0 * s.x);
         }}},
        {"the lengths are those of a list that has died before backward",
         [](auto& s) {
             s.run.forward(s.x, {.lengths = std::vector{2, 3}});
             return numbers_of(s.run.backward(s.dy));
         },
         right{[](auto& s) {
             std::vector<int> const lengths{2, 3};
             s.run.forward(s.x, {.lengths = lengths});
             return numbers_of(s.run.backward(s.dy));
         }}},
        {"backward at first", [](auto& s) { s.run.backward(s.dy); },
         throws<std::logic_error>("backward() needs a forward() before it")},
        {"backward after a reset",
         [](auto& s) {
             s.run.forward(s.x);
             s.run.reset();
             s.run.backward(s.dy);
         },
         throws<std::logic_error>("backward() needs a forward() before it")},
        {"an output gradient of fewer steps",
         [](auto& s) {
             s.run.forward(s.x);
             s.run.backward(filled({3, 2, 3}));
         },
         rejects("the output gradient dy: expected shape (time = 4, batch = 2, input = 3)")},
        {"a reset of a sequence that there is not",
         [](auto& s) {
             s.run.forward(s.x);
             s.run.reset(2);
         },
         rejects("reset: expected a sequence of a batch of 2, counted from 0; found 2")},
        {"a reset of a sequence before there are any", [](auto& s) { s.run.reset(0); },
         rejects("reset: expected a sequence of a batch of 0")},
        {"a reset of one sequence to the states of two",
         [](auto& s) {
             s.run.forward(s.x);
             s.run.reset(1, some_states(2));
         },
         rejects("reset: the initial state number 1: expected shape (batch = 1, hidden = 5); found (2, 5)")},
        {"a reset to states of another batch",
         [](auto& s) {
             s.run.reset(some_states(3));
             s.run.forward(s.x);
         },
         rejects("the initial state number 1: expected shape (batch = 2, hidden = 5); found (3, 5)")},
        {"the output is the input",
         [](auto& s) { return all_of(s.run.forward(s.run.forward(s.x)), s.run.current_states()[0]); },
         right{[](auto& s) {
             return all_of(s.run.forward(sequence(s.run.forward(s.x))), s.run.current_states()[0]);
         }}},
        {"the output is its own gradient",
         [](auto& s) { return numbers_of(s.run.backward(s.run.forward(s.x))); },
         right{[](auto& s) { return numbers_of(s.run.backward(sequence(s.run.forward(s.x)))); }}},
        {"the gradient of the input is that of the output",
         [](auto& s) {
             s.run.forward(s.x);
             return numbers_of(s.run.backward(s.run.backward(s.dy).input));
         },
         right{[](auto& s) {
             s.run.forward(s.x);
             return numbers_of(s.run.backward(sequence(s.run.backward(s.dy).input)));
         }}},
        {"a reset to its own states",
         [](auto& s) {
             s.run.forward(s.x);
             s.run.reset(s.run.current_states());
             return all_of(s.run.forward(s.x));
         },
         right{[](auto& s) {
             s.run.forward(s.x);
             s.run.reset(states(s.run.current_states()));
             return all_of(s.run.forward(s.x));
         }}},
        {"a temporary is the input",
         [](auto& s) {
             s.run.forward(sequence(s.x));
             numbers const y =
                 all_of(s.run.forward(sequence(s.x)), s.run.current_states()[0], s.run.current_states()[1]);
             return all_of(y, numbers_of(s.run.backward(sequence(s.dy))));
         },
         right{use}},
        {"the input is refilled before backward",
         [](auto& s) {
             s.run.forward(s.x);
             sequence x = s.x;
             numbers const y = all_of(s.run.forward(x), s.run.current_states()[0], s.run.current_states()[1]);
             x.fill(7);
             x.resize({1, 1, 1});
             return all_of(y, numbers_of(s.run.backward(s.dy)));
         },
         right{use}},
        {"a model that has died",
         [](auto& s) {
             s.run = truncated_bptt<tiny>{tiny_model(), {.every = 4, .over = 6}};
             return s.use();
         },
         right{use}},
        {"a run that is moved between forward and backward",
         [](auto& s) {
             s.run.forward(s.x);
             numbers const y =
                 all_of(s.run.forward(s.x), s.run.current_states()[0], s.run.current_states()[1]);
             truncated_bptt<tiny> other = std::move(s.run);
             s.run = std::move(other);
             return all_of(y, numbers_of(s.run.backward(s.dy)));
         },
         right{use}},
    });
}
