#pragma once
/// @file
/// Runs a stack one time step a call, for live input.

#include <rondo/lang/names.hpp>
#include <rondo/run/run_access.hpp>
#include <rondo/run/run_of.hpp>
#include <rondo/run/stream.hpp>
#include <rondo/stack/layer.hpp>
#include <rondo/stack/layer_inputs.hpp>
#include <rondo/stack/named_inputs.hpp>
#include <rondo/stack/stack.hpp>
#include <rondo/stack/streamed.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::stack_internal {

/// The stream of the cell of a run.
template <class Run>
using stream_of_run = exec_internal::run_of<stream, typename std::remove_cvref_t<Run>::model_type>;

/// The memory of a stream of layers with these runs.
template <class T, std::size_t Sums, class Runs>
struct find_stream_parts;
template <class T, std::size_t Sums, class... Run>
struct find_stream_parts<T, Sums, std::tuple<Run...>> {
    using type = stream_parts<T, Sums, stream_of_run<Run>...>;  ///< the memory
};

/// Whether named() has the inputs @p All of a stack, and nothing else. The message shows the names.
template <class Stack, class All, class Named>
struct named_fits_stream;
template <class Stack, class All, class... Named>
struct named_fits_stream<Stack, All, named_values<Named...>> {
    static_assert(
        ((has_input<All, typename Named::name_type> ||
          !has_input<typename inputs_of_layer<Stack>::all, typename Named::name_type>)&&...),
        "a stream takes the inputs that change over time in step(...), and the per_sequence inputs in "
        "begin(...)");
    /// Whether it has.
    static constexpr bool value =
        named_fits_layers<named_values<Named...>, inputs_of_layer<Stack>, All>::value;
};

/// The arguments by name of one cell of a stack, which the layer @p L runs.
template <class L, class Steps = inputs_of_steps<L>, class Sequences = inputs_of_sequences<L>>
struct streamed_arguments;
template <class L, class First, class... Other, class... Kept>
struct streamed_arguments<L, type_list<First, Other...>, type_list<Kept...>> {
    using span = std::span<typename L::value_type const>;  ///< an argument

    /// Checks the arguments of a step, @p x only if it @p TakesInput of the stack.
    template <bool TakesInput, class Stream, class Given>
    static void check_step(Stream const& cell, span x, [[maybe_unused]] Given const& given)
    {
        exec_internal::run_access::check_begun(cell);
        if constexpr (TakesInput) {
            exec_internal::run_access::check_input(cell, 0, x);
        }
        [[maybe_unused]] std::size_t k = 0;
        (exec_internal::run_access::check_input(cell, ++k,
                                                span(given.template get<typename Other::name_type>())),
         ...);
    }
    /// Checks the arguments of begin().
    template <class Stream, class Given>
    static void check_begin(Stream const& cell, [[maybe_unused]] Given const& given)
    {
        if constexpr (sizeof...(Kept) > 0) {
            exec_internal::run_access::check_begin(
                cell, std::array{span(given.template get<typename Kept::name_type>())...});
        }
    }
    /// Begins new sequences.
    template <class Stream, class Given>
    static void begin(Stream& cell, [[maybe_unused]] Given const& given)
    {
        if constexpr (sizeof...(Kept) > 0) {
            cell.begin(named(typename Kept::name_type{} = given.template get<typename Kept::name_type>()...));
        } else {
            cell.reset();
        }
    }
};

}  // namespace rondo::inline RONDO_ISA::stack_internal

namespace rondo::inline RONDO_ISA {

/// A stack that takes one time step at a time, for one or more voices side by side: a stream of each of its
/// cells, and the residual connections between them. It drops nothing.
///
/// @code
/// stack net{bptt{first}, dropout<float>{}, residual{bptt{second}}};
/// stream live{net};
/// std::array<float, 3> x{0.5F};
/// std::span<float const> y = live.step(x);
/// @endcode
///
/// It has the members of a stream of one cell. The constructor copies and packs the parameters of all models
/// and allocates the memory; after it nothing is allocated, and neither the stack nor its models are needed.
/// The outputs differ from those of stack::infer() by rounding. A stack with a bidirectional layer, or a
/// class of yours, does not compile, nor does one with a cell above the first that takes a symbol.
template <class... Layers, class T>
class stream<stack<Layers...>, T> {
    static_assert(std::same_as<T, stack_internal::number_of<stack<Layers...>>>,
                  "a stream computes with the numbers of its stack, float or double");
    using layers = stack_internal::streamed<stack<Layers...>>;

   public:
    using stack_type = stack<Layers...>;  ///< type of the stack

    /// Copies the parameters of @p net and starts from zeros, or the states of start().
    /// @throws std::logic_error if @p net was moved from; input_error if there are no voices, or a layer is
    ///         given another number of features than it takes.
    explicit stream(stack_type const& net, std::size_t voices = 1) : parts_(make(layers::runs(net), voices))
    {
        layers::template connect<0, 0>(parts_, 0, voices);
    }
    /// Takes the memory and the states of another stream. Any call of the other throws std::logic_error then.
    stream(stream&&) noexcept = default;
    stream& operator=(stream&&) noexcept = default;

    /// Copies and packs the parameters that the models of @p net have now. Allocates nothing.
    /// @throws std::logic_error if @p net was moved from; input_error naming the first parameter of another
    ///         shape; nothing has changed then.
    void load(stack_type const& net)
    {
        auto const runs = layers::runs(net);
        for_each_cell([&]<std::size_t I>(auto& cell) {
            access::check_parameters(cell, access::model_of(std::get<I>(runs)).parameters());
        });
        for_each_cell(
            [&]<std::size_t I>(auto& cell) { cell.load(access::model_of(std::get<I>(runs)).parameters()); });
    }
    /// Begins new sequences: sets the states of each cell to those of its start() or, if it has none, to
    /// zeros.
    void reset()
    {
        for_each_cell([]<std::size_t>(auto& cell) { cell.reset(); });
    }
    /// Sets the states: a tuple of those of each cell, in the order of the layers, each (voices, dimension of
    /// the state), as current_states() of a stream and of a stack that carries its states returns them.
    /// States of a cell that are empty, because its run has not begun, are those of reset().
    /// @throws input_error if a shape is not (voices, dimension of the state); nothing has changed then.
    template <class... States>
    void set_states(std::tuple<States...> const& s)
    {
        static_assert(
            sizeof...(States) == layers::cells,
            "a stream of a stack takes the states of each of its cells, as current_states() returns "
            "them");
        auto const are_given = [](auto const& all) {
            return std::ranges::any_of(all, [](auto const& one) { return one.size() > 0; });
        };
        for_each_cell([&]<std::size_t I>(auto& cell) {
            if (are_given(std::get<I>(s))) {
                access::check_states(cell, std::get<I>(s));
            }
        });
        for_each_cell([&]<std::size_t I>(auto& cell) {
            if (are_given(std::get<I>(s))) {
                cell.set_states(std::get<I>(s));
            } else {
                cell.reset();
            }
        });
    }
    /// The states after the last step: a tuple of references to those of each cell, in the order of the
    /// layers, each (voices, dimension of the state). Allocates nothing.
    auto current_states()
    {
        return std::apply(
            [](auto&... cell) {
                return std::tuple<decltype(cell.current_states())...>(cell.current_states()...);
            },
            parts_.cells);
    }

    /// Begins new sequences in all cells with other values of the per_sequence inputs: `live.begin(named(
    /// "speaker"_s = s))`, each a span, or something that converts to one, of (voices, features). Allocates
    /// nothing.
    /// @throws input_error if one has another size or is not the number of a symbol; nothing has changed
    ///         then.
    template <class... Named>
    void begin(lang_internal::named_values<Named...> const& given)
    {
        using all = stack_internal::inputs_of_sequences<stack_type>;
        static_assert(all::size > 0,
                      "no cell of this stack has per_sequence inputs; reset() begins new sequences");
        static_assert(
            stack_internal::named_fits_stream<stack_type, all, lang_internal::named_values<Named...>>::value);
        for_each_cell([&]<std::size_t I>(auto& cell) {
            stack_internal::streamed_arguments<cell_layer<I>>::check_begin(cell, given);
        });
        for_each_cell([&]<std::size_t I>(auto& cell) {
            stack_internal::streamed_arguments<cell_layer<I>>::begin(cell, given);
        });
    }

    /// Runs one time step of all layers. A stack with per_sequence inputs needs a begin() before the first.
    /// @p x is (voices, input), voice by voice; the result is (voices, output) and valid until the next step,
    /// which may read it as its input.
    /// @throws input_error if @p x has another size; std::logic_error if the first sequences have not begun;
    ///         nothing has changed then.
    std::span<T const> step(std::span<T const> x)
        requires(!stack_internal::inputs_of_layer<stack_type>::are_named)
    {
        return layers::template step<0, 0>(parts_, x, lang_internal::named_values<>{});
    }
    /// Runs one time step of layers that take several inputs: `live.step(named("x"_s = x, "gap"_s = gap))`,
    /// each a span, or something that converts to one, of (voices, features).
    template <class... Named>
    std::span<T const> step(lang_internal::named_values<Named...> const& given)
        requires(stack_internal::inputs_of_layer<stack_type>::are_named)
    {
        using inputs = stack_internal::inputs_of_layer<stack_type>;
        static_assert(
            stack_internal::named_fits_stream<stack_type, stack_internal::inputs_of_steps<stack_type>,
                                              lang_internal::named_values<Named...>>::value);
        std::span<T const> const x(given.template get<typename inputs::first::name_type>());
        for_each_cell([&]<std::size_t I>(auto& cell) {
            stack_internal::streamed_arguments<cell_layer<I>>::template check_step<I == 0>(cell, x, given);
        });
        return layers::template step<0, 0>(parts_, x, given);
    }

   private:
    using access = exec_internal::run_access;
    using runs_type = decltype(layers::runs(std::declval<stack_type const&>()));
    using parts = typename stack_internal::find_stream_parts<T, layers::sums, runs_type>::type;

    template <std::size_t I>
    using cell_layer = std::remove_cvref_t<std::tuple_element_t<I, runs_type>>;

    static parts make(runs_type const& runs, std::size_t voices)
    {
        return std::apply(
            [&](auto const&... run) {
                return parts{.cells = {access::make<stack_internal::stream_of_run<decltype(run)>>(
                                 access::model_of(run), voices)...}};
            },
            runs);
    }
    /// Calls `f.operator()<I>(cell)` for the stream of each cell.
    template <class F>
    void for_each_cell(F const& f)
    {
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (f.template operator()<I>(std::get<I>(parts_.cells)), ...);
        }(std::make_index_sequence<layers::cells>{});
    }

    parts parts_;
};

template <class... Layers>
stream(stack<Layers...> const&, std::size_t = 1)
    -> stream<stack<Layers...>, stack_internal::number_of<stack<Layers...>>>;

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::exec_internal {

template <template <class, class, class...> class Run, class... Layers>
struct find_run_of<Run, stack<Layers...>> {
    using type = Run<stack<Layers...>, stack_internal::number_of<stack<Layers...>>>;  ///< as found
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
