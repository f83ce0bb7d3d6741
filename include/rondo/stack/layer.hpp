#pragma once
/// @file
/// What a layer is: something that turns one sequence into another and can be derived.
///
/// bptt is one, and so are the others of this folder, which are made of layers. Any class of the
/// same form is one too, and works wherever they do.

#include <rondo/model/parameter_group.hpp>
#include <rondo/sequence/lengths.hpp>

#include <xtensor/xtensor.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

namespace rondo::inline RONDO_ISA::stack_internal {

/// The type of the numbers that a layer, or a reference to one, computes with.
template <class L>
using number_of = typename std::remove_cvref_t<L>::value_type;

}  // namespace rondo::inline RONDO_ISA::stack_internal

namespace rondo::inline RONDO_ISA {

/// The derivative of a loss with respect to the input of a layer.
template <class T>
struct input_gradient {
    xt::xtensor<T, 3> const& input;  ///< (time, batch, features), valid until the next call of the layer
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::stack_internal {

/// Whether an expression of type R is a sequence that stays where it is.
template <class R, class T>
concept lasting_sequence =
    std::is_lvalue_reference_v<R> && std::same_as<std::remove_cvref_t<R>, xt::xtensor<T, 3>>;

/// What backward() of R gives holds the gradient of the input, and it stays where it is.
template <class R, class T>
concept holds_input_gradient = requires(R g) {
    {
        (g.input)
    } -> lasting_sequence<T>;
} && (std::is_lvalue_reference_v<R> || requires { requires std::is_reference_v<decltype(R::input)>; });

}  // namespace rondo::inline RONDO_ISA::stack_internal

namespace rondo::inline RONDO_ISA {

/// A layer: it has
/// - `value_type`, the type of its numbers;
/// - `forward(x)` and `forward(x, lengths)`, which run over x of shape (time, batch, features),
/// keep what
///   backward() needs, and return a reference to the output, as many steps of the same batch;
/// - `infer(x)` and `infer(x, lengths)`, which give what forward() would, but for rounding, without
/// keeping
///   anything (and without anything that is for training only, such as dropout);
/// - `backward(dy)`, which derives a loss whose derivative with respect to the output is dy, and
/// whose
///   result has a member `input`, the derivative with respect to x.
///
/// What x and dy have after the end of a sequence it does not read; its output and its gradient are
/// zero there. What it returns stays valid until its next call; x has to stay until backward().
///
/// It may have, and has to if it is to be trained, `parameter_groups()`, an array of a parameter_group for
/// each of its models; and, if it draws random numbers, `set_draw(n)`: the next forward() then draws as a
/// layer does that has seen n calls of it. If it has constants `fixed_input` and `fixed_output`,
/// the features that it takes and gives, 0 if they are known at run time only, layers that do not
/// fit do not compile.
template <class L>
concept is_layer =
    requires(std::remove_reference_t<L>& l, xt::xtensor<stack_internal::number_of<L>, 3> const& x,
             std::vector<std::ptrdiff_t> const& lengths) {
        {
            l.forward(x)
        } -> stack_internal::lasting_sequence<stack_internal::number_of<L>>;
        {
            l.forward(x, lengths)
        } -> stack_internal::lasting_sequence<stack_internal::number_of<L>>;
        {
            l.infer(x)
        } -> stack_internal::lasting_sequence<stack_internal::number_of<L>>;
        {
            l.infer(x, lengths)
        } -> stack_internal::lasting_sequence<stack_internal::number_of<L>>;
        {
            l.backward(x)
        } -> stack_internal::holds_input_gradient<stack_internal::number_of<L>>;
    };

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::stack_internal {

/// Says what is wrong with a list of types that are to be layers. The message names them.
template <class... L>
struct layers_check {
    static_assert((is_layer<L> && ...),
                  "this takes layers: a bptt of a model, dropout, residual, bidirectional, a stack, or a "
                  "class of yours with the members that rondo/stack/layer.hpp lists");
    using value_type = number_of<std::tuple_element_t<0, std::tuple<L...>>>;  ///< of all of them
    static_assert((std::same_as<number_of<L>, value_type> && ...),
                  "layers that work together compute with numbers of one type, float or double");
};

/// The features that a layer takes if they are a constant, else 0.
template <class L>
inline constexpr std::ptrdiff_t fixed_input_of = [] {
    if constexpr (requires { std::remove_reference_t<L>::fixed_input; }) {
        return std::remove_reference_t<L>::fixed_input;
    } else {
        return std::ptrdiff_t{0};
    }
}();
/// The features that a layer gives if they are a constant, else 0.
template <class L>
inline constexpr std::ptrdiff_t fixed_output_of = [] {
    if constexpr (requires { std::remove_reference_t<L>::fixed_output; }) {
        return std::remove_reference_t<L>::fixed_output;
    } else {
        return std::ptrdiff_t{0};
    }
}();

/// Says what is wrong if a layer cannot take the features that it is given. The message names the
/// layer, the features given and those taken; a number that is 0 is known at run time only.
template <class Layer, std::ptrdiff_t Given, std::ptrdiff_t Taken>
struct layer_can_take {
    static_assert(Given == 0 || Taken == 0 || Given == Taken,
                  "a layer is given another number of features than it takes: the last two arguments of "
                  "layer_can_take<layer, given, taken>");
    static constexpr bool value = true;  ///< or it does not compile
};

/// Runs a layer forwards, to be derived or not, over whole sequences or over lengths.
template <bool Keep, is_layer L, class X, class Lengths>
xt::xtensor<number_of<L>, 3> const& run_layer(L& l, X const& x, Lengths const& lengths)
{
    // (Told apart while compiling, so that a program has only the code that it runs.)
    constexpr bool whole = std::same_as<Lengths, full_length>;
    if constexpr (Keep && whole) {
        return l.forward(x);
    } else if constexpr (Keep) {
        return l.forward(x, lengths);
    } else if constexpr (whole) {
        return l.infer(x);
    } else {
        return l.infer(x, lengths);
    }
}

/// The models of several layers, one after the other: an array of @ref parameter_group.
template <is_layer... L>
auto parameter_groups_of(L&... layers)
{
    using one = parameter_group<typename layers_check<L...>::value_type>;
    auto const own = [](auto& l) {
        if constexpr (requires { l.parameter_groups(); }) {
            return l.parameter_groups();
        } else {
            return std::array<one, 0>{};
        }
    };
    return std::apply([](auto... m) { return std::array<one, sizeof...(m)>{m...}; },
                      std::tuple_cat(own(layers)...));
}

/// Checks that no layer, and no run of a model in them, is there twice: it can keep only one run.
/// @throws std::invalid_argument saying so; @p place is where the layers were to stand.
template <is_layer... L>
void check_distinct(std::string_view place, L&... layers)
{
    std::array<void const*, sizeof...(L)> const objects{static_cast<void const*>(&layers)...};
    auto const models = parameter_groups_of(layers...);
    auto const is_twice = [](auto const& list, auto const& key) {
        for (auto a = list.begin(); a != list.end(); ++a) {
            if (key(*a) != nullptr &&
                std::any_of(list.begin(), a, [&](auto& b) { return key(b) == key(*a); })) {
                return true;
            }
        }
        return false;
    };
    if (is_twice(objects, [](void const* object) { return object; }) ||
        is_twice(models, [](auto const& m) { return static_cast<void const*>(m.gradients.data()); })) {
        throw std::invalid_argument("rondo: " + std::string(place) +
                                    ": expected layers of its own at each place, as each keeps one run; "
                                    "found the same one twice");
    }
}

/// Lets those of the layers that draw random numbers go on as if after @p n calls of forward().
template <is_layer... L>
void set_draw_of(std::uint64_t n, L&... layers)
{
    auto const set = [n](auto& l) {
        if constexpr (requires { l.set_draw(n); }) {
            l.set_draw(n);
        }
    };
    (set(layers), ...);
}

}  // namespace rondo::inline RONDO_ISA::stack_internal
