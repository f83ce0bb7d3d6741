#pragma once
/// @file
/// Compares the gradient of layers with difference quotients, entry by entry.

#include <rondo/check/compare_entries.hpp>
#include <rondo/check/fill_randomly.hpp>
#include <rondo/check/gradient_check.hpp>
#include <rondo/check/layer_obstacles.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/stack/layer.hpp>
#include <rondo/stack/layer_inputs.hpp>
#include <rondo/stack/named_inputs.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <functional>
#include <numeric>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace rondo::inline RONDO_ISA::check_internal {

/// The gradient of each model of a net. Of a model with several runs, the first has the sum and the others
/// nothing.
template <class Groups>
std::vector<std::vector<double>> sum_shared_gradients(Groups const& models)
{
    std::vector<std::vector<double>> derived;
    for (auto m = models.begin(); m != models.end(); ++m) {
        derived.emplace_back(m->gradients.begin(), m->gradients.end());
        auto const first = std::find_if(models.begin(), m, [&](auto const& other) {
            return other.parameters.data() == m->parameters.data();
        });
        if (first != m) {
            std::vector<double>& sum = derived[static_cast<std::size_t>(first - models.begin())];
            std::transform(sum.begin(), sum.end(), derived.back().begin(), sum.begin(), std::plus<>{});
            derived.back().clear();
        }
    }
    return derived;
}

/// The inputs of layers, and the gradients of the inputs.
template <class Net>
class layer_inputs_check {
    using inputs = stack_internal::inputs_of_layer<Net>;
    using arrays = stack_internal::arrays_by_name<double, typename inputs::all>;

   public:
    /// Copies the inputs @p x of a call of the layers, and the @p lengths of their sequences.
    template <class X>
    layer_inputs_check(X const& x, lengths_view lengths)
    {
        stack_internal::input_copies<double, inputs> copies;
        auto const taken = copies.take(x, lengths);
        for_each([&]<class Input>(Input) {
            using name = typename Input::name_type;
            values_.template get<name>() = taken.arrays.template get<name>().array;
        });
        if (taken.lengths.are_given()) {
            lengths_.emplace();
            for (std::ptrdiff_t b = 0; b < taken.lengths.count(); ++b) {
                lengths_->push_back(taken.lengths[b]);
            }
        }
    }
    /// Runs @p net over the inputs.
    auto const& run(Net& net) const
    {
        lengths_view const lengths = lengths_ ? lengths_view(*lengths_) : lengths_view();
        auto const given = stack_internal::lend(values_);
        return stack_internal::run_layer<true>(net, stack_internal::first_input(given), given, lengths);
    }
    /// Copies the gradients in the result @p g of backward().
    template <class Result>
    void take_gradients(Result const& g)
    {
        for_each([&]<class Input>(Input) {
            using name = typename Input::name_type;
            if constexpr (inputs::are_named) {
                derived_.template get<name>() = g.input[name{}];
            } else {
                derived_.template get<name>() = g.input;
            }
        });
    }
    /// Calls `compare` for every input that has a gradient.
    template <class Compare>
    void compare_all(Compare const& compare)
    {
        constexpr auto const& obstacles = find_layer_obstacles<std::remove_cvref_t<Net>>::value;
        std::size_t k = 0;
        for_each([&]<class Input>(Input) {
            auto& one = values_.template get<typename Input::name_type>();
            auto const& derived = derived_.template get<typename Input::name_type>();
            if (!Input::is_symbol && derived.size() > 0) {
                std::string const name(Input::name_type::view());
                compare(inputs::are_named ? "input " + name : "input",
                        {one.shape().begin(), one.shape().end()}, {one.data(), one.size()}, derived.data(),
                        k == 0 ? obstacles.input : obstacles.others[k - 1]);
            }
            ++k;
        });
    }

   private:
    template <class F>
    static void for_each(F const& f)
    {
        [&]<class... Input>(stack_internal::type_list<Input...>) {
            (f(Input{}), ...);
        }(typename inputs::all{});
    }

    arrays values_;
    arrays derived_;
    std::optional<std::vector<std::ptrdiff_t>> lengths_;
};

}  // namespace rondo::inline RONDO_ISA::check_internal

namespace rondo::inline RONDO_ISA {

/// Checks the gradient of layers, such as a stack, over @p x, (time, batch, features), a list of sequences,
/// or several inputs by name, `named("x"_s = x, "gap"_s = gap)`. It checks the parameters of every
/// model as one vector, including the zeros between them, and the inputs. Gradients that the layers leave
/// out, those of frozen or const models among them, are not checked. The loss is a weighted sum of all
/// outputs with random weights. Every run draws the random numbers of the first forward(); see set_draw() of
/// the layers. A model with several runs is checked once, with the sum of its gradients. A model or an input
/// whose values reach an operation that controls the gradient, there or in a later layer, is reported as
/// unchecked, see check_gradient() of a model.
/// @param with the steps of each sequence, `{.lengths = {9, 5, 7}}`; if left out, all steps of @p x. A list
/// has none.
/// @throws input_error if a shape is not the expected one.
template <is_layer Net, class X>
gradient_report check_gradient(Net& net, X const& x, layer_arguments&& with = {},
                               gradient_check_options const& options = {})
{
    static_assert(std::same_as<stack_internal::number_of<Net>, double>,
                  "the gradient check works in double: make the layers of models in double");
    using sequence_type = xt::xtensor<stack_internal::number_of<Net>, 3>;
    check_internal::layer_inputs_check<Net> inputs(x, with.lengths);
    auto const run = [&]() -> auto const& {
        if constexpr (requires { net.reset(); }) {
            net.reset();  // a net that carries its states
        }
        stack_internal::set_draw_of(0, net);
        return inputs.run(net);
    };
    sequence_type weights = run();
    double magnitude = 0;
    std::mt19937_64 bits(options.seed);
    for (double& w : weights) {
        double const y = w;
        check_internal::fill_randomly(std::span(&w, 1), bits, 1);
        magnitude += std::fabs(w * y);
    }
    auto const loss = [&] {
        auto const& y = run();
        return std::inner_product(y.begin(), y.end(), weights.begin(), 0.0);
    };
    gradient_report report{loss(), {}};
    inputs.take_gradients(net.backward(weights));
    auto const models = stack_internal::parameter_groups_of(net);
    auto const derived = check_internal::sum_shared_gradients(models);
    constexpr auto const& obstacles = check_internal::find_layer_obstacles<std::remove_cvref_t<Net>>::value;
    auto const compare = [&](std::string name, std::vector<std::size_t> shape, std::span<double> arguments,
                             double const* gradient, ir_internal::gradient_obstacle const& obstacle) {
        tensor_report& t = report.tensors.emplace_back();
        t.name = std::move(name);
        t.shape = std::move(shape);
        t.unchecked_because = obstacle.operation;
        if (!obstacle.empty()) {
            return;
        }
        check_internal::compare_entries(t, arguments, gradient, magnitude, options.differences, loss);
    };
    for (std::size_t k = 0; k < derived.size(); ++k) {
        if (!derived[k].empty()) {
            compare("model " + std::to_string(k), {derived[k].size()}, models[k].parameters,
                    derived[k].data(), obstacles.models[k]);
        }
    }
    inputs.compare_all(compare);
    return report;
}

}  // namespace rondo::inline RONDO_ISA
