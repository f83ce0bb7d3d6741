// Misuses of layers: stacks, dropout, residual and bidirectional layers.
#include "one_run.hpp"

#include <array>
#include <memory>
#include <tuple>

using namespace rondo;
using namespace rondo::test;

namespace {

using both_directions = bidirectional<bptt<tiny>, bptt<tiny>>;
using network = stack<bptt<tiny>, dropout<float>, residual<bptt<tiny>>, both_directions>;

/// A network of all layers, and what it is given.
struct one_network {
    std::array<model<tiny>, 4> models{tiny_model(), tiny_model(), tiny_model(), tiny_model()};
    network net{bptt{models[0]}, dropout<float>{{.rate = 0.25, .seed = 1}}, residual{bptt{models[1]}},
                both_directions{bptt{models[2]}, bptt{models[3]}, merge::sum}};
    sequence x = series(1), dy = series(2);

    template <class X, class Dy>
    numbers both(X const& input, Dy const& derivative)
    {
        net.set_draw(0);
        numbers const y = all_of(net.forward(input));
        return all_of(y, gradients(derivative));
    }
    template <class Dy>
    numbers gradients(Dy const& derivative)
    {
        numbers all = all_of(net.backward(derivative).input);
        for (auto const& group : net.parameter_groups()) {
            all = all_of(all, group.gradients);
        }
        return all;
    }
    numbers use() { return both(x, dy); }
};

}  // namespace

TEST_CASE("misuses of the shapes of layers")
{
    check<one_network>({
        {"two dimensions",
         [](auto& s) {
             s.net.forward(filled<xt::xarray<float>>({4, 6}));
         },
         rejects("the input x: expected shape")},
        {"other features",
         [](auto& s) {
             s.net.forward(filled({4, 2, 4}));
         },
         rejects("layer 0 of the stack: the input x: expected shape (time, batch, input = 3)")},
        {"no steps",
         [](auto& s) {
             s.net.forward(filled({0, 2, 3}));
         },
         rejects("found (0, 2, 3)")},
        {"no sequences",
         [](auto& s) {
             s.net.infer(filled({4, 0, 3}));
         },
         rejects("found (4, 0, 3)")},
        {"a length of zero",
         [](auto& s) {
             s.net.forward(s.x, {.lengths = {4, 0}});
         },
         rejects("the lengths: expected 1 to 4 steps; found 0 for batch 1")},
        {"too few lengths", [](auto& s) { s.net.forward(s.x, {.lengths = {4}}); },
         rejects("the lengths: expected 2 numbers")},
        {"an output gradient of fewer steps",
         [](auto& s) {
             s.net.forward(s.x);
             s.net.backward(filled({3, 2, 3}));
         },
         rejects("layer 3 of the stack: ")},
        {"an output gradient of other features",
         [](auto& s) {
             s.net.forward(s.x);
             s.net.backward(filled({4, 2, 4}));
         },
         rejects("layer 3 of the stack: ")},
        {"columns first",
         [](auto& s) {
             using columns_first = xt::xtensor<float, 3, xt::layout_type::column_major>;
             return s.both(columns_first(s.x), columns_first(s.dy));
         },
         right{use}},
        {"numbers of another type",
         [](auto& s) { return s.both(xt::xtensor<double, 3>(s.x), xt::xtensor<double, 3>(s.dy)); },
         right{use}},
        {"an expression", [](auto& s) { return s.both(2 * s.x - s.x, 2 * s.dy - s.dy); }, right{use}},
    });
}

TEST_CASE("misuses of the order of calls of layers")
{
    check<one_network>({
        {"backward at first", [](auto& s) { s.net.backward(s.dy); },
         throws<std::logic_error>("backward() needs a forward() before it")},
        {"backward after inference",
         [](auto& s) {
             s.net.forward(s.x);
             s.net.infer(s.x);
             s.net.backward(s.dy);
         },
         throws<std::logic_error>("backward() needs a forward() before it")},
        {"backward after another draw",
         [](auto& s) {
             s.net.forward(s.x);
             s.net.set_draw(3);
             s.net.backward(s.dy);
         },
         throws<std::logic_error>("backward() needs a forward() before it")},
        {"backward after a forward that failed",
         [](auto& s) {
             s.net.forward(s.x);
             try {
                 s.net.forward(filled({4, 2, 4}));
             } catch (input_error const&) {
             }
             s.net.backward(s.dy);
         },
         throws<std::logic_error>("backward() needs a forward() before it")},
        {"backward twice",
         [](auto& s) {
             s.both(s.x, s.dy);
             return s.gradients(s.dy);
         },
         right{[](auto& s) {
             s.net.set_draw(0);
             s.net.forward(s.x);
             return s.gradients(s.dy);
         }}},
        {"a layer that is run by itself",
         [](auto& s) {
             s.net.forward(s.x);
             s.net.template get<0>().forward(s.dy);
             s.net.backward(s.dy);
         },
         throws<std::logic_error>("was run by itself since forward()")},
        {"parameters that change before backward",
         [](auto& s) {
             s.net.forward(s.x);
             s.models[1].parameters().flat()[0] += 1;
             try {
                 s.net.backward(s.dy);
             } catch (std::logic_error const&) {
                 s.models[1] = tiny_model();
                 throw;
             }
         },
         throws<std::logic_error>("parameter")},
        {"a network that is moved between forward and backward",
         [](auto& s) {
             s.net.set_draw(0);
             numbers const y = all_of(s.net.forward(s.x));
             network other = std::move(s.net);
             s.net = std::move(other);
             return all_of(y, s.gradients(s.dy));
         },
         right{use}},
        {"a network that was moved from",
         [](auto& s) {
             network other = std::move(s.net);
             try {
                 s.net.forward(s.x);
             } catch (std::logic_error const&) {
                 s.net = std::move(other);
                 throw;
             }
         },
         throws<std::logic_error>("moved")},
        {"one layer at two places",
         [](auto& s) {
             bptt run{s.models[0]};
             stack net{run, run};
         },
         rejects("found the same one at layer 0 of the stack and layer 1 of the stack")},
        {"one model at two places",
         [](auto& s) {
             stack net{bptt{s.models[0]}, dropout<float>{}, bptt{s.models[0]}};
         },
         rejects("layer 0 of the stack and layer 2 of the stack")},
        {"one model in both directions",
         [](auto& s) {
             bidirectional net{bptt{s.models[0]}, bptt{s.models[0]}};
         },
         rejects("bidirectional: expected")},
        {"a rate of one", [](auto&) { dropout<float>({.rate = 1}); },
         rejects("dropout: rate: expected a number in [0, 1); found 1")},
        {"a negative rate", [](auto&) { dropout<float>({.rate = -0.5}); }, rejects("found -0.5")},
    });
}

TEST_CASE("misuses of what layers refer to")
{
    check<one_network>({
        {"a temporary", [](auto& s) { return s.both(sequence(s.x), sequence(s.dy)); }, right{use}},
        {"an input that is refilled and resized before backward",
         [](auto& s) {
             sequence x = s.x;
             s.net.set_draw(0);
             numbers const y = all_of(s.net.forward(x));
             x.fill(7);
             x.resize({9, 9, 9});
             return all_of(y, s.gradients(s.dy));
         },
         right{use}},
        {"an input that dies before backward",
         [](auto& s) {
             auto x = std::make_unique<sequence>(s.x);
             s.net.set_draw(0);
             numbers const y = all_of(s.net.forward(*x));
             x.reset();
             return all_of(y, s.gradients(s.dy));
         },
         right{use}},
        {"the output is the input", [](auto& s) { return s.both(s.net.infer(s.x), s.dy); },
         right{[](auto& s) { return s.both(sequence(s.net.infer(s.x)), s.dy); }}},
        {"the output is its own gradient",
         [](auto& s) {
             s.net.set_draw(0);
             return s.gradients(s.net.forward(s.x));
         },
         right{[](auto& s) {
             s.net.set_draw(0);
             return s.gradients(sequence(s.net.forward(s.x)));
         }}},
        {"the gradient of the input is that of the output",
         [](auto& s) {
             s.use();
             return s.gradients(s.net.backward(s.dy).input);
         },
         right{[](auto& s) {
             s.use();
             return s.gradients(sequence(s.net.backward(s.dy).input));
         }}},
        {"the output of a layer inside is the input",
         [](auto& s) {
             s.net.infer(s.x);
             return s.both(s.net.template get<0>().infer(s.x), s.dy);
         },
         right{[](auto& s) {
             s.net.infer(s.x);
             return s.both(sequence(s.net.template get<0>().infer(s.x)), s.dy);
         }}},
    });
}

namespace {

using carried = stack<truncated_bptt<tiny>, dropout<float>, residual<truncated_bptt<tiny>>>;

/// A network that carries its states, and two windows.
struct one_carried {
    std::array<model<tiny>, 2> models{tiny_model(), tiny_model()};
    truncation lengths{.every = 4, .over = 6};
    carried net{truncated_bptt{models[0], lengths}, dropout<float>{{.rate = 0.25, .seed = 1}},
                residual{truncated_bptt{models[1], lengths}}};
    sequence x = series(1), dy = series(2);

    template <class Dy>
    numbers gradients(Dy const& derivative)
    {
        numbers all = all_of(net.backward(derivative).input);
        for (auto const& group : net.parameter_groups()) {
            all = all_of(all, group.gradients);
        }
        return all;
    }
    numbers use()
    {
        net.reset();
        net.set_draw(0);
        net.forward(x);
        numbers const y = all_of(net.forward(x), std::get<1>(net.current_states())[1]);
        return all_of(y, gradients(dy));
    }
};

}  // namespace

TEST_CASE("misuses of a stack that carries its states")
{
    check<one_carried>({
        {"other truncations in its runs",
         [](auto& s) {
             stack{truncated_bptt{s.models[0], {.every = 4, .over = 6}},
                   truncated_bptt{s.models[1], {.every = 4, .over = 7}}};
         },
         rejects("stack: expected one truncation in all truncated_bptt")},
        {"too many steps",
         [](auto& s) {
             s.net.forward(filled({5, 2, 3}));
         },
         rejects("layer 0 of the stack: the input x: expected at most 4 steps at once; found 5")},
        {"another batch than before",
         [](auto& s) {
             s.net.forward(s.x);
             s.net.forward(filled({4, 3, 3}));
         },
         rejects("layer 0 of the stack: the input x: expected shape (time, batch = 2, input = 3)")},
        {"a length beyond the steps",
         [](auto& s) {
             s.net.forward(s.x, {.lengths = {4, 5}});
         },
         rejects("the lengths: expected 0 to 4 steps; found 5 for batch 1")},
        {"a reset of a sequence that there is not",
         [](auto& s) {
             s.net.forward(s.x);
             s.net.reset(2);
         },
         rejects("reset: expected a sequence of a batch of 2, counted from 0; found 2")},
        {"states of another batch",
         [](auto& s) {
             s.net.reset(std::tuple(some_states(3), some_states(3)));
             s.net.forward(s.x);
         },
         rejects("layer 0 of the stack: the initial state number 1: expected shape (batch = 2")},
        {"backward after a reset",
         [](auto& s) {
             s.net.forward(s.x);
             s.net.reset();
             s.net.backward(s.dy);
         },
         throws<std::logic_error>("backward() needs a forward() before it")},
        {"backward after infer",
         [](auto& s) {
             s.net.forward(s.x);
             s.net.infer(s.x);
             s.net.backward(s.dy);
         },
         throws<std::logic_error>("backward() needs a forward() before it")},
        {"a layer that is run by itself",
         [](auto& s) {
             s.net.forward(s.x);
             s.net.template get<2>().inner().forward(s.x);
             s.net.reset(0);
             s.net.backward(s.dy);
         },
         throws<std::logic_error>("the layer inside residual was run by itself")},
        {"a rejected call in between",
         [](auto& s) {
             s.net.reset();
             s.net.set_draw(0);
             s.net.forward(s.x);
             try {
                 s.net.forward(filled({4, 3, 3}));
             } catch (std::invalid_argument const&) {
             }
             numbers const y = all_of(s.net.forward(s.x), std::get<1>(s.net.current_states())[1]);
             return all_of(y, s.gradients(s.dy));
         },
         right{use}},
        {"a stack that is moved between forward and backward",
         [](auto& s) {
             s.net.reset();
             s.net.set_draw(0);
             s.net.forward(s.x);
             numbers const y = all_of(s.net.forward(s.x), std::get<1>(s.net.current_states())[1]);
             carried other = std::move(s.net);
             s.net = std::move(other);
             return all_of(y, s.gradients(s.dy));
         },
         right{use}},
    });
}
