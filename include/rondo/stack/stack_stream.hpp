#pragma once
/// @file
/// Runs a stack one time step a call, for live input.

#include <rondo/run/run_access.hpp>
#include <rondo/run/run_of.hpp>
#include <rondo/run/stream.hpp>
#include <rondo/stack/layer.hpp>
#include <rondo/stack/stack.hpp>
#include <rondo/stack/streamed.hpp>

#include <algorithm>
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

    /// Runs one time step of all layers. @p x is (voices, input), voice by voice; the result is (voices,
    /// output) and valid until the next step, which may read it as its input.
    /// @throws input_error if @p x has another size; nothing has changed then.
    std::span<T const> step(std::span<T const> x) { return layers::template step<0, 0>(parts_, x); }

   private:
    using access = exec_internal::run_access;
    using runs_type = decltype(layers::runs(std::declval<stack_type const&>()));
    using parts = typename stack_internal::find_stream_parts<T, layers::sums, runs_type>::type;

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
