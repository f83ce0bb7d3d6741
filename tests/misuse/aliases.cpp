// Misuses of what a run refers to: results as arguments, and arguments that change or die.
#include "one_run.hpp"

#include <memory>

using namespace rondo;
using namespace rondo::test;

TEST_CASE("misuses of results as arguments of a run")
{
    check<one_run>({
        {"the output is the input", [](auto& s) { return s.both(s.run.infer(s.x), s.dy); },
         right{[](auto& s) { return s.both(sequence(s.run.infer(s.x)), s.dy); }}},
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
        {"the gradient of the input is the input",
         [](auto& s) {
             s.run.forward(s.x);
             return s.both(s.run.backward(s.dy).input, s.dy);
         },
         right{[](auto& s) {
             s.run.forward(s.x);
             return s.both(sequence(s.run.backward(s.dy).input), s.dy);
         }}},
        {"the final states are the initial ones",
         [](auto& s) {
             s.run.forward(s.x);
             numbers const y = all_of(s.run.forward(s.x, {.initial = s.run.final_states()}));
             return all_of(y, numbers_of(s.run.backward(s.dy)));
         },
         right{[](auto& s) {
             s.run.forward(s.x);
             states const copy = s.run.final_states();
             numbers const y = all_of(s.run.forward(s.x, {.initial = copy}));
             return all_of(y, numbers_of(s.run.backward(s.dy)));
         }}},
        {"the gradient of the initial states is that of the final ones",
         [](auto& s) {
             s.run.forward(s.x);
             auto const& g = s.run.backward(s.dy);
             return numbers_of(s.run.backward(s.dy, {.final = g.initial}));
         },
         right{[](auto& s) {
             s.run.forward(s.x);
             states const copy = s.run.backward(s.dy).initial;
             return numbers_of(s.run.backward(s.dy, {.final = copy}));
         }}},
        {"the final states are their own gradient",
         [](auto& s) {
             s.run.forward(s.x);
             return numbers_of(s.run.backward(s.dy, {.final = s.run.final_states()}));
         },
         right{[](auto& s) {
             s.run.forward(s.x);
             states const copy = s.run.final_states();
             return numbers_of(s.run.backward(s.dy, {.final = copy}));
         }}},
        {"the initial states change before backward",
         [](auto& s) {
             states initial = some_states();
             numbers const y = all_of(s.run.forward(s.x, {.initial = initial}));
             initial[0].fill(7);
             initial[1].resize({9, 9});
             return all_of(y, numbers_of(s.run.backward(s.dy)));
         },
         right{[](auto& s) {
             states const initial = some_states();
             numbers const y = all_of(s.run.forward(s.x, {.initial = initial}));
             return all_of(y, numbers_of(s.run.backward(s.dy)));
         }}},
        {"the output of another run is the input",
         [](auto& s) {
             bptt<tiny> other{s.m};
             auto const& y = other.forward(s.x);
             numbers const n = all_of(s.run.forward(y));
             other.forward(s.dy);
             return all_of(n, numbers_of(s.run.backward(s.dy)));
         },
         right{[](auto& s) {
             bptt<tiny> other{s.m};
             return s.both(sequence(other.forward(s.x)), s.dy);
         }}},
        {"a part of the output is the input",
         [](auto& s) {
             return s.both(xt::view(s.run.infer(s.x), xt::range(1, 4)),
                           sequence(xt::view(s.dy, xt::range(1, 4))));
         },
         right{[](auto& s) {
             return s.both(sequence(xt::view(s.run.infer(s.x), xt::range(1, 4))),
                           sequence(xt::view(s.dy, xt::range(1, 4))));
         }}},
        {"an expression of the output is the input",
         [](auto& s) { return s.both(2 * s.run.infer(s.x) + s.x, s.dy); }, right{[](auto& s) {
             sequence const y = s.run.infer(s.x);
             return s.both(sequence(2 * y + s.x), s.dy);
         }}},
        {"a temporary is the input", [](auto& s) { return s.both(sequence(s.x), sequence(s.dy)); },
         right{use}},
        {"the input is refilled before backward",
         [](auto& s) {
             numbers const y = all_of(s.run.forward(s.x));
             s.x.fill(7);
             numbers const n = all_of(y, numbers_of(s.run.backward(s.dy)));
             s.x = series(1);
             return n;
         },
         right{use}},
        {"the input is resized before backward",
         [](auto& s) {
             numbers const y = all_of(s.run.forward(s.x));
             s.x.resize({40, 20, 3});
             numbers const n = all_of(y, numbers_of(s.run.backward(s.dy)));
             s.x = series(1);
             return n;
         },
         right{use}},
        {"the input is freed before backward",
         [](auto& s) {
             auto x = std::make_unique<sequence>(s.x);
             numbers const y = all_of(s.run.forward(*x));
             x.reset();
             return all_of(y, numbers_of(s.run.backward(s.dy)));
         },
         right{use}},
    });
}
