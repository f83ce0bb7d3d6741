#pragma once
/// @file
/// The concept of a layer: a differentiable function from sequences to sequences.
///
/// A bptt is a layer, and so are the classes of this folder, which are composed of layers. A user's class
/// that satisfies the concept works wherever they do.

#include <rondo/error/input_error.hpp>
#include <rondo/model/parameter_group.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/run/run_access.hpp>
#include <rondo/sequence/borrowed.hpp>
#include <rondo/sequence/call_arguments.hpp>
#include <rondo/stack/layer_inputs.hpp>
#include <rondo/stack/named_inputs.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>

namespace rondo::inline RONDO_ISA::stack_internal {

/// The type of the numbers of a layer, or of a reference to one.
template <class L>
using number_of = typename std::remove_cvref_t<L>::value_type;

}  // namespace rondo::inline RONDO_ISA::stack_internal

namespace rondo::inline RONDO_ISA {

/// The derivative of a loss with respect to the input of a layer.
template <class T>
struct input_gradient {
    /// (time, batch, features), valid until the next call of the layer; without entries if it is left out.
    xt::xtensor<T, 3> const& input;
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::stack_internal {

/// Whether an expression of type R refers to a sequence, instead of a temporary.
template <class R, class T>
concept lasting_sequence =
    std::is_lvalue_reference_v<R> && std::same_as<std::remove_cvref_t<R>, xt::xtensor<T, 3>>;

/// Whether the result R of backward() refers to the gradient of the input.
template <class R, class T>
concept holds_input_gradient = requires(R g) {
    {
        (g.input)
    } -> lasting_sequence<T>;
} && (std::is_lvalue_reference_v<R> || requires { requires std::is_reference_v<decltype(R::input)>; });

}  // namespace rondo::inline RONDO_ISA::stack_internal

namespace rondo::inline RONDO_ISA {

/// A layer. It has
/// - `value_type`, the type of its numbers;
/// - `forward(x, with)`, where `with` is a layer_arguments or another struct with a member `lengths`. It runs
///   over x of shape (time, batch, features), saves the values that backward() needs, and returns a reference
///   to the output, of the same time and batch;
/// - `infer(x, with)`, which gives the output of forward(), up to rounding, without saving anything and
///   without operations that are for training only, such as dropout;
/// - `backward(dy)`, which computes the gradient of a loss whose derivative with respect to the output is
///   dy. Its result has a member `input`, the derivative with respect to x.
///
/// The runs of cells with several inputs are layers too, and so are the layers of this folder around them:
/// these take the result of named() as x, and `input` of the result of backward() has the derivatives by
/// name.
///
/// A layer does not read padding, the entries of x and dy after the end of a sequence. Its output and its
/// gradient are zero there. Results stay valid until its next call. x may change or be destroyed after
/// forward(): a layer copies what its backward() needs.
///
/// Optional members: `parameter_groups()`, an array with a parameter_group for each of its models, without
/// which a layer cannot be trained; `set_draw(n)` of a layer that draws random numbers, after which the next
/// forward() draws as the call after n others; `runs()`, the number of forward() and infer() calls so far, by
/// which a composed layer notices that a layer inside it was run by itself; `gives_input_gradient()`, false
/// if `input` of backward() has no entries, as run_options::input_gradient makes it; and constants
/// `fixed_input` and `fixed_output`, the numbers of features that it takes and gives, 0 if known at run time
/// only. With these, layers that do not fit do not compile.
template <class L>
concept is_layer = stack_internal::inputs_of_layer<L>::are_named ||
                   requires(std::remove_reference_t<L>& l,
                            xt::xtensor<stack_internal::number_of<L>, 3> const& x, lengths_view lengths) {
                       {
                           l.forward(x, {.lengths = lengths})
                       } -> stack_internal::lasting_sequence<stack_internal::number_of<L>>;
                       {
                           l.infer(x, {.lengths = lengths})
                       } -> stack_internal::lasting_sequence<stack_internal::number_of<L>>;
                       {
                           l.backward(x)
                       } -> stack_internal::holds_input_gradient<stack_internal::number_of<L>>;
                   };

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::stack_internal {

/// Whether a layer is the run of a cell.
template <class L>
inline constexpr bool is_run = requires { typename std::remove_reference_t<L>::model_type::cell_type; };

/// Whether a layer is no run of a cell with several outputs.
template <class L>
inline constexpr bool gives_one_sequence = true;
template <class L>
    requires is_run<L>
inline constexpr bool gives_one_sequence<L> =
    !step_outputs_of<typename std::remove_reference_t<L>::model_type::cell_type>::are_named;

/// Whether a layer is no run of a cell of which an input or an output is a matrix.
template <class L>
inline constexpr bool takes_and_gives_vectors = true;
template <class L>
    requires is_run<L>
inline constexpr bool takes_and_gives_vectors<L> = [] {
    auto const is_matrix = [](auto const& sequence) { return sequence.shape.is_matrix(); };
    auto const are_vectors = [&](auto const& sequences) {
        return std::none_of(sequences.begin(), sequences.end(), is_matrix);
    };
    auto const& shapes = compiled<typename std::remove_reference_t<L>::model_type::cell_type>::shapes;
    return are_vectors(shapes.inputs) && are_vectors(shapes.per_sequence) && are_vectors(shapes.outputs);
}();

/// Whether a list of types are layers that work together. The message names them.
template <class... L>
struct layers_check {
    static_assert((gives_one_sequence<L> && ...),
                  "a layer gives one output, without a name: run a cell with several by itself, after the "
                  "layers");
    static_assert(
        (takes_and_gives_vectors<L> && ...),
        "a layer takes and gives vectors: run a cell of which an input or an output is a matrix by itself, "
        "before or after the layers, or let its step give a vector, such as sum<heads>(W * y)");
    static_assert((is_layer<L> && ...),
                  "this takes layers: a bptt of a model, dropout, residual, bidirectional, a stack, or a "
                  "class of yours with the members that rondo/stack/layer.hpp lists");
    using value_type =
        number_of<std::tuple_element_t<0, std::tuple<L...>>>;  ///< type of the numbers of all layers
    static_assert((std::same_as<number_of<L>, value_type> && ...),
                  "layers that work together compute with numbers of one type, float or double");
};

/// The number of features that a layer takes if it is a constant, else 0.
template <class L>
inline constexpr std::ptrdiff_t fixed_input_of = [] {
    if constexpr (requires { std::remove_reference_t<L>::fixed_input; }) {
        return std::remove_reference_t<L>::fixed_input;
    } else {
        return std::ptrdiff_t{0};
    }
}();
/// The number of features that a layer gives if it is a constant, else 0.
template <class L>
inline constexpr std::ptrdiff_t fixed_output_of = [] {
    if constexpr (requires { std::remove_reference_t<L>::fixed_output; }) {
        return std::remove_reference_t<L>::fixed_output;
    } else {
        return std::ptrdiff_t{0};
    }
}();

/// Whether a layer can take the features that it is given. The message names the layer, the number of
/// features given and the number taken; 0 stands for a number that is known at run time only.
template <class Layer, std::ptrdiff_t Given, std::ptrdiff_t Taken>
struct layer_can_take {
    static_assert(Given == 0 || Taken == 0 || Given == Taken,
                  "a layer is given another number of features than it takes: the last two arguments of "
                  "layer_can_take<layer, given, taken>");
    static constexpr bool value = true;  ///< true; if not, the assertion above fails
};

/// Whether a layer takes a borrowed() array, and so may refer to the output of a layer before it.
template <class L>
inline constexpr bool takes_borrowed_input =
    requires { requires std::remove_reference_t<L>::takes_borrowed_input; };

/// Calls `f` with the inputs of a layer: @p x and, if it takes others by name, those of @p given, the result
/// of input_copies::take(). If @p Outlives, the array @p x stays as it is until the layer's backward().
template <class L, bool Outlives, class X, class Given, class F>
decltype(auto) with_inputs(X const& x, [[maybe_unused]] Given const& given, F const& f)
{
    using inputs = inputs_of_layer<L>;
    if constexpr (!inputs::are_named) {
        if constexpr (Outlives && takes_borrowed_input<L>) {
            return f(borrowed(x));
        } else {
            return f(x);
        }
    } else if constexpr (!is_run<L>) {  // which needs them during the call only
        return f(inputs_for<inputs>::template of<true>(borrowed(x), given));
    } else if constexpr (Outlives && takes_borrowed_input<L>) {
        return f(inputs_for<inputs>::template of<false>(borrowed(x), given));
    } else {
        return f(inputs_for<inputs>::template of<false>(x, given));
    }
}

/// Runs a layer forwards, with saved values or for inference, over the inputs of with_inputs().
template <bool Save, bool Outlives = false, is_layer L, class Given>
xt::xtensor<number_of<L>, 3> const& run_layer(L& l, xt::xtensor<number_of<L>, 3> const& x, Given const& given,
                                              lengths_view lengths)
{
    return with_inputs < L, Save && Outlives > (x, given, [&](auto const& all) -> auto const& {
                                        // Selected at compile time, so that a program contains only the calls
                                        // that it uses.
                                        if constexpr (Save) {
                                            return l.forward(all, {.lengths = lengths});
                                        } else {
                                            return l.infer(all, {.lengths = lengths});
                                        }
                                    });
}

/// The parameter groups of several layers, in order: an array of @ref parameter_group.
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

/// Whether backward() of a layer computes the gradient of its first input.
template <is_layer L>
bool gives_input_gradient(L const& layer)
{
    if constexpr (is_run<L> && inputs_of_layer<L>::are_named) {
        return exec_internal::run_access::gives_first_gradient(layer);
    } else if constexpr (requires { layer.gives_input_gradient(); }) {
        return layer.gives_input_gradient();
    } else {
        return true;
    }
}

/// Calls `set_draw(n)` of those layers that draw random numbers.
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
