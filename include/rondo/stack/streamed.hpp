#pragma once
/// @file
/// One step of time through the layers of a stack: which cells these have, and what is between the cells.

#include <rondo/error/input_error.hpp>
#include <rondo/kernel/simd.hpp>
#include <rondo/lang/names.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/run/run_access.hpp>
#include <rondo/run/stream.hpp>
#include <rondo/run/truncated_bptt.hpp>
#include <rondo/stack/bidirectional.hpp>
#include <rondo/stack/carried_layers.hpp>
#include <rondo/stack/dropout.hpp>
#include <rondo/stack/layer_inputs.hpp>
#include <rondo/stack/residual.hpp>
#include <rondo/stack/stack.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::stack_internal {

/// The output of a residual connection in a stream. It has memory for two steps, so that a step may read the
/// output of the step before.
template <class T>
class residual_sum {
   public:
    /// Makes room for @p size numbers a step.
    void resize(std::size_t size) { memory_.resize(2 * size); }
    /// The sum of @p x, which may be a part of the sum before, and @p y, of as many numbers.
    std::span<T const> add(std::span<T const> x, std::span<T const> y) noexcept
    {
        std::less<T const*> const before;
        T* const second = memory_.data() + memory_.size() / 2;
        bool const is_own = !before(x.data(), memory_.data()) && before(x.data(), second);
        T* const to = is_own ? second : memory_.data();
        std::transform(x.begin(), x.end(), y.begin(), to, std::plus<>{});
        return {to, x.size()};
    }

   private:
    kernel_internal::aligned_vector<T> memory_;
};

/// The memory of a stream of layers: a stream for each cell, and a sum for each residual connection.
template <class T, std::size_t Sums, class... Streams>
struct stream_parts {
    std::tuple<Streams...> cells;              ///< in the order of the layers
    std::array<residual_sum<T>, Sums> sums{};  ///< the outer connections before those inside them
};

/// How a layer, which has cells from index `Cell` on and sums from index `Sum` on, is streamed:
/// - `cells` and `sums`, how many it has;
/// - `runs(layer)`, a tuple of references to its runs;
/// - `connect<Cell, Sum>(parts, features, voices)` checks that its cells take the features that they are
///   given, 0 for any number, allocates the sums and returns the features that it gives;
/// - `step<Cell, Sum>(parts, x, given)` runs a step with the first input x and the others of `given` by name.
template <class L>
struct streamed {
    static_assert(sizeof(L) == 0,
                  "a stream takes stacks of bptt, truncated_bptt, dropout, residual and stacks of these: a "
                  "class of yours has no step");
};

template <class Forwards, class Backwards>
struct streamed<bidirectional<Forwards, Backwards>> {
    static_assert(sizeof(Forwards) == 0,
                  "a stream takes layers that run forwards in time: an output of a bidirectional depends on "
                  "the steps that come after it");
};

template <class Cell, class T, class... Fixed>
struct streamed<bptt<Cell, T, Fixed...>> {
    using inputs = exec_internal::step_inputs_of<Cell>;  ///< of the cell
    static constexpr std::size_t cells = 1;              ///< the run's
    static constexpr std::size_t sums = 0;               ///< none

    /// The run.
    template <class Run>
    static auto runs(Run const& run)
    {
        return std::tie(run);
    }
    /// Checks the features of the input, and returns those of the output.
    template <std::size_t I, std::size_t, class Parts>
    static std::ptrdiff_t connect(Parts& parts, std::ptrdiff_t features, std::size_t)
    {
        static_assert(
            I == 0 || !inputs::list[0].is_symbol,
            "a stream takes symbols for the first cell of a stack only: the output of a layer is no "
            "symbol");
        auto const& cell = std::get<I>(parts.cells);
        auto const taken = exec_internal::run_access::input_features(cell);
        if (features != 0 && features != taken) {
            exec_internal::reject("the input of a stream", exec_internal::concat(taken, " features"),
                                  exec_internal::concat(features));
        }
        return exec_internal::run_access::output_features(cell);
    }
    /// A step of the cell.
    template <std::size_t I, std::size_t, class Parts, class Given>
    static std::span<T const> step(Parts& parts, std::span<T const> x, [[maybe_unused]] Given const& given)
    {
        if constexpr (inputs::are_named) {
            return named_step(std::get<I>(parts.cells), x, given, inputs_of_steps<bptt<Cell, T, Fixed...>>{});
        } else {
            return std::get<I>(parts.cells).step(x);
        }
    }

   private:
    template <class Stream, class Given, class First, class... Other>
    static std::span<T const> named_step(Stream& cell, std::span<T const> x, Given const& given,
                                         type_list<First, Other...>)
    {
        return cell.step(
            named(typename First::name_type{} = x,
                  typename Other::name_type{} = given.template get<typename Other::name_type>()...));
    }
};
template <class Cell, class T, class... Fixed>
struct streamed<truncated_bptt<Cell, T, Fixed...>> : streamed<bptt<Cell, T, Fixed...>> {};

template <class T>
struct streamed<dropout<T>> {
    static constexpr std::size_t cells = 0;  ///< none
    static constexpr std::size_t sums = 0;   ///< none

    /// None.
    static auto runs(dropout<T> const&) { return std::tuple<>{}; }
    /// The features of the input.
    template <std::size_t, std::size_t, class Parts>
    static std::ptrdiff_t connect(Parts&, std::ptrdiff_t features, std::size_t)
    {
        return features;
    }
    /// The input: dropout is for training only.
    template <std::size_t, std::size_t, class Parts, class Given>
    static std::span<T const> step(Parts&, std::span<T const> x, Given const&)
    {
        return x;
    }
};

template <class Inner>
struct streamed<residual<Inner>> {
    using inner = streamed<std::remove_cvref_t<Inner>>;   ///< the layer inside
    static constexpr std::size_t cells = inner::cells;    ///< those inside
    static constexpr std::size_t sums = inner::sums + 1;  ///< those inside, and its own before them

    static_assert(cells > 0, "a stream takes a residual with a cell inside");

    /// Those inside.
    static auto runs(residual<Inner> const& layer) { return inner::runs(layer.inner()); }
    /// Checks that output and input have the same features, and makes room for their sum.
    template <std::size_t I, std::size_t Sum, class Parts>
    static std::ptrdiff_t connect(Parts& parts, std::ptrdiff_t features, std::size_t voices)
    {
        auto const taken =
            features != 0 ? features : exec_internal::run_access::input_features(std::get<I>(parts.cells));
        auto const given = inner::template connect<I, Sum + 1>(parts, taken, voices);
        if (given != taken) {
            exec_internal::reject("residual",
                                  exec_internal::concat("an output of as many features as the input, ", taken,
                                                        ", to add the two"),
                                  exec_internal::concat(given));
        }
        parts.sums[Sum].resize(voices * static_cast<std::size_t>(given));
        return given;
    }
    /// The sum of the input and a step inside.
    template <std::size_t I, std::size_t Sum, class Parts, class T, class Given>
    static std::span<T const> step(Parts& parts, std::span<T const> x, Given const& given)
    {
        return parts.sums[Sum].add(x, inner::template step<I, Sum + 1>(parts, x, given));
    }
};

template <class... L>
struct streamed<stack<L...>> {
    static constexpr std::size_t cells = (streamed<std::remove_cvref_t<L>>::cells + ...);  ///< of all layers
    static constexpr std::size_t sums = (streamed<std::remove_cvref_t<L>>::sums + ...);    ///< of all layers

    static_assert(cells > 0, "a stream takes a stack with a cell inside");

    /// Those of all layers.
    static auto runs(stack<L...> const& net)
    {
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            return std::tuple_cat(layer<I>::runs(net.template get<I>())...);
        }(std::index_sequence_for<L...>{});
    }
    /// Connects the layers, and adds the place of one to an exception.
    template <std::size_t I, std::size_t Sum, class Parts, std::size_t Layer = 0>
    static std::ptrdiff_t connect(Parts& parts, std::ptrdiff_t features, std::size_t voices)
    {
        auto const given = at_place_in_stack<Layer>(
            [&] { return layer<Layer>::template connect<I, Sum>(parts, features, voices); });
        if constexpr (Layer + 1 < sizeof...(L)) {
            return connect<I + layer<Layer>::cells, Sum + layer<Layer>::sums, Parts, Layer + 1>(parts, given,
                                                                                                voices);
        } else {
            return given;
        }
    }
    /// A step of all layers.
    template <std::size_t I, std::size_t Sum, std::size_t Layer = 0, class Parts, class T, class Given>
    static std::span<T const> step(Parts& parts, std::span<T const> x, Given const& given)
    {
        auto const y = layer<Layer>::template step<I, Sum>(parts, x, given);
        if constexpr (Layer + 1 < sizeof...(L)) {
            return step<I + layer<Layer>::cells, Sum + layer<Layer>::sums, Layer + 1>(parts, y, given);
        } else {
            return y;
        }
    }

   private:
    template <std::size_t I>
    using layer = streamed<std::remove_cvref_t<std::tuple_element_t<I, std::tuple<L...>>>>;
};

}  // namespace rondo::inline RONDO_ISA::stack_internal
