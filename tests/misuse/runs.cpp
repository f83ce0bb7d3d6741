// Misuses of backpropagation through time: of shapes, of the order of calls, of numbers that are not finite.
#include "one_run.hpp"

#include <optional>

using namespace rondo;
using namespace rondo::test;

namespace {

using columns_first = xt::xtensor<float, 3, xt::layout_type::column_major>;

/// A run that checks that its arguments are finite.
struct checked_run : one_run {
    checked_run() { run = bptt<tiny>{m, {.check_finite = true}}; }
};

}  // namespace

TEST_CASE("misuses of the shapes of a run")
{
    check<one_run>({
        {"an input of two dimensions",
         [](auto& s) {
             s.run.forward(filled<any_array>({4, 6}));
         },
         rejects("the input x: expected shape (time, batch, input = 3), no extent of 0; found (4, 6)")},
        {"an input of four dimensions",
         [](auto& s) {
             s.run.forward(filled<any_array>({4, 2, 3, 1}));
         },
         rejects("found (4, 2, 3, 1)")},
        {"an input of other features",
         [](auto& s) {
             s.run.forward(filled({4, 2, 4}));
         },
         rejects("found (4, 2, 4)")},
        {"an input of no steps",
         [](auto& s) {
             s.run.forward(filled({0, 2, 3}));
         },
         rejects("found (0, 2, 3)")},
        {"an input of no sequences",
         [](auto& s) {
             s.run.forward(filled({4, 0, 3}));
         },
         rejects("found (4, 0, 3)")},
        {"an input of no features",
         [](auto& s) {
             s.run.forward(filled({4, 2, 0}));
         },
         rejects("found (4, 2, 0)")},
        {"an input of inference of other features",
         [](auto& s) {
             s.run.infer(filled({4, 2, 4}));
         },
         rejects("found (4, 2, 4)")},
        {"an input of inference of no steps",
         [](auto& s) {
             s.run.infer(filled({0, 2, 3}));
         },
         rejects("found (0, 2, 3)")},
        {"an empty list", [](auto& s) { s.run.forward(std::vector<xt::xtensor<float, 2>>{}); },
         rejects("the input x: expected at least 1 sequence")},
        {"a list with a sequence of no steps",
         [](auto& s) {
             using one = xt::xtensor<float, 2>;
             s.run.forward(std::vector{filled<one>({4, 3}), filled<one>({0, 3})});
         },
         rejects("found (0, 3) for sequence 1")},
        {"a list with a sequence of other features",
         [](auto& s) {
             using one = xt::xtensor<float, 2>;
             s.run.infer(std::vector{filled<one>({4, 3}), filled<one>({4, 2})});
         },
         rejects("found (4, 2) for sequence 1")},
        {"an output gradient of fewer steps",
         [](auto& s) {
             s.run.forward(s.x);
             s.run.backward(filled({3, 2, 3}));
         },
         rejects("the output gradient dy: expected shape (time = 4, batch = 2, input = 3)")},
        {"an output gradient of another batch",
         [](auto& s) {
             s.run.forward(s.x);
             s.run.backward(filled({4, 1, 3}));
         },
         rejects("the output gradient dy: expected shape (time = 4, batch = 2, input = 3)")},
        {"an output gradient of other features",
         [](auto& s) {
             s.run.forward(s.x);
             s.run.backward(filled({4, 2, 5}));
         },
         rejects("the output gradient dy: expected shape (time = 4, batch = 2, input = 3)")},
        {"an output gradient of two dimensions",
         [](auto& s) {
             s.run.forward(s.x);
             s.run.backward(filled<any_array>({4, 6}));
         },
         rejects("the output gradient dy: expected shape (time = 4, batch = 2, input = 3)")},
        {"columns first", [](auto& s) { return s.both(columns_first(s.x), columns_first(s.dy)); },
         right{use}},
        {"numbers of another type",
         [](auto& s) { return s.both(xt::xtensor<double, 3>(s.x), xt::xtensor<double, 3>(s.dy)); },
         right{use}},
        {"expressions", [](auto& s) { return s.both(2 * s.x - s.x, 2 * s.dy - s.dy); }, right{use}},
        {"views with gaps",
         [](auto& s) {
             sequence wide = filled({4, 2, 6}), tall = filled({8, 2, 3});
             auto x = xt::view(wide, xt::all(), xt::all(), xt::range(1, 4));
             auto dy = xt::view(tall, xt::range(0, 8, 2), xt::all(), xt::all());
             x = s.x;
             dy = s.dy;
             return s.both(x, dy);
         },
         right{use}},
    });
}

TEST_CASE("misuses of the order of calls of a run")
{
    check<one_run>({
        {"backward at first", [](auto& s) { s.run.backward(s.dy); },
         throws<std::logic_error>("backward() needs a forward() before it")},
        {"backward after inference",
         [](auto& s) {
             s.run.forward(s.x);
             s.run.infer(s.x);
             s.run.backward(s.dy);
         },
         throws<std::logic_error>("backward() needs a forward() before it")},
        {"backward after a forward that failed",
         [](auto& s) {
             s.run.forward(s.x);
             try {
                 s.run.forward(filled({4, 2, 4}));
             } catch (std::invalid_argument const&) {
             }
             s.run.backward(s.dy);
         },
         throws<std::logic_error>("backward() needs a forward() before it")},
        {"backward twice",
         [](auto& s) {
             s.run.forward(s.x);
             s.run.backward(s.dy);
             return numbers_of(s.run.backward(s.dy));
         },
         right{[](auto& s) {
             s.run.forward(s.x);
             return numbers_of(s.run.backward(s.dy));
         }}},
        {"backward again after one that failed",
         [](auto& s) {
             numbers const y = all_of(s.run.forward(s.x));
             try {
                 s.run.backward(filled({4, 2, 4}));
             } catch (std::invalid_argument const&) {
             }
             return all_of(y, numbers_of(s.run.backward(s.dy)));
         },
         right{use}},
        {"forward twice",
         [](auto& s) {
             s.run.forward(filled({9, 5, 3}));
             return s.use();
         },
         right{use}},
        {"no model that the run could refer to",
         [](auto& s) {
             s.run = bptt<tiny>{tiny_model()};
             return s.use();
         },
         right{use}},
        {"a model that has died",
         [](auto& s) {
             std::optional<model<tiny>> m = tiny_model();
             bptt<tiny> run{*m};
             m.reset();
             s.run = std::move(run);
             return s.use();
         },
         right{use}},
        {"a model that was moved",
         [](auto& s) {
             model<tiny> const moved = std::move(s.m);
             numbers const n = s.use();
             s.m = moved;
             return n;
         },
         right{use}},
        {"a model of other sizes",
         [](auto& s) {
             s.m = model<tiny>{input{features}, hidden{width + 1}};
         },
         rejects("")},
        {"a run that was moved from",
         [](auto& s) {
             bptt<tiny> other = std::move(s.run);
             try {
                 s.run.forward(s.x);
             } catch (std::logic_error const&) {
                 s.run = std::move(other);
                 throw;
             }
         },
         throws<std::logic_error>("moved")},
        {"a run whose forward was moved away goes back",
         [](auto& s) {
             s.run.forward(s.x);
             bptt<tiny> other = std::move(s.run);
             try {
                 s.run.backward(s.dy);
             } catch (std::logic_error const&) {
                 s.run = std::move(other);
                 throw;
             }
         },
         throws<std::logic_error>("moved")},
        {"parameters that change before backward",
         [](auto& s) {
             s.run.forward(s.x);
             s.m.parameters().flat()[0] += 1;
             try {
                 s.run.backward(s.dy);
             } catch (std::logic_error const&) {
                 s.m = tiny_model();
                 throw;
             }
         },
         throws<std::logic_error>("parameter")},
        {"a run that is moved between forward and backward",
         [](auto& s) {
             numbers const y = all_of(s.run.forward(s.x));
             bptt<tiny> other = std::move(s.run);
             s.run = std::move(other);
             return all_of(y, numbers_of(s.run.backward(s.dy)));
         },
         right{use}},
    });
}

TEST_CASE("misuses of a run that checks for finite numbers")
{
    check<checked_run>({
        {"an input that is not a number",
         [](auto& s) {
             sequence x = s.x;
             x(2, 1, 0) = not_finite;
             s.run.forward(x);
         },
         rejects("the input x: expected finite entries; found nan at (time 2, batch 1, feature 0)")},
        {"an infinite input of inference",
         [](auto& s) {
             sequence x = s.x;
             x(0, 0, 2) = std::numeric_limits<float>::infinity();
             s.run.infer(x);
         },
         rejects("the input x: expected finite entries; found inf at (time 0, batch 0, feature 2)")},
        {"a list with a number that is not one",
         [](auto& s) {
             std::vector x(2, filled<xt::xtensor<float, 2>>({4, 3}));
             x[1](3, 1) = not_finite;
             s.run.forward(x);
         },
         rejects("found nan at (time 3, batch 1, feature 1)")},
        {"an output gradient that is not a number",
         [](auto& s) {
             sequence dy = s.dy;
             dy(3, 1, 2) = not_finite;
             s.run.forward(s.x);
             s.run.backward(dy);
         },
         rejects(
             "the output gradient dy: expected finite entries; found nan at (time 3, batch 1, feature 2)")},
    });
}
