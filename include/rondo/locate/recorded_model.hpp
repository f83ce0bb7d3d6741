#pragma once
/// @file
/// A cell's step with sizes and parameters, as data that is read at run time.
///
/// Kernels know the graph at compile time. The search for a number that is not finite walks it at run time,
/// so that it is compiled once and not once for each cell.

#include <rondo/locate/number_view.hpp>
#include <rondo/pass/pipeline.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The step of a cell as it is differentiated: the nodes of its graph, without the unused capacity of
/// compile-time tables. The operations that control gradients are there, and so are those of the prologue: it
/// is recorded with the step, and per-sequence inputs have the numbers after the others.
struct recorded_step {
    std::span<node const> nodes{};       ///< in an order of evaluation
    std::span<carry const> states{};     ///< from step to step
    std::span<node_id const> outputs{};  ///< the outputs of the step
    std::span<node_id const> starts{};   ///< the states of start(); empty if there is none
    std::span<node_id const> saved{};    ///< the nodes that have names in drawings because they are saved
    lang_internal::signature const* shapes = nullptr;  ///< names and shapes

    /// The graph that the nodes came from.
    [[nodiscard]] std::unique_ptr<program> rebuilt() const
    {
        auto p = std::make_unique<program>();
        for (node const& n : nodes) {
            p->nodes.add(n);
        }
        for (carry const& c : states) {
            p->states.push_back(c);
        }
        for (std::size_t k = 0; k < outputs.size(); ++k) {
            p->results.push_back({role::output, static_cast<std::int16_t>(k), outputs[k]});
        }
        return p;
    }
};

namespace detail {

/// The step that is recorded.
template <class Cell>
constexpr program const& recorded_program()
{
    if constexpr (compiled<Cell>::has_prologue) {
        return compiled<Cell>::whole;
    } else {
        return compiled<Cell>::differentiable;
    }
}

template <class Cell>
inline constexpr auto recorded_nodes = [] {
    std::array<node, static_cast<std::size_t>(recorded_program<Cell>().nodes.size())> nodes{};
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        nodes[i] = recorded_program<Cell>().nodes[static_cast<node_id>(i)];
    }
    return nodes;
}();

template <class Cell>
inline constexpr auto recorded_states = [] {
    std::array<carry, recorded_program<Cell>().states.size()> states{};
    for (std::size_t k = 0; k < states.size(); ++k) {
        states[k] = recorded_program<Cell>().states[k];
    }
    return states;
}();

// The saved values have numbers of the forward step, which are those of the step as it is differentiated
// unless that controls gradients or has a prologue.
template <class Cell>
inline constexpr auto recorded_saved = [] {
    if constexpr (compiled<Cell>::controls_gradient || compiled<Cell>::has_prologue) {
        return std::array<node_id, 0>{};
    } else {
        std::array<node_id, static_cast<std::size_t>(compiled<Cell>::reverse.saved.size())> saved{};
        for (std::size_t k = 0; k < saved.size(); ++k) {
            saved[k] = compiled<Cell>::reverse.saved[k];
        }
        return saved;
    }
}();

/// The nodes of the results with a purpose, by their index.
template <class Cell, role What, std::size_t Count>
inline constexpr auto recorded_results = [] {
    std::array<node_id, Count> found{};
    for (program_result const& r : recorded_program<Cell>().results) {
        if (r.what == What) {
            found[static_cast<std::size_t>(r.index)] = r.value;
        }
    }
    return found;
}();

}  // namespace detail

/// The step of a cell.
template <class Cell>
recorded_step recorded_step_of() noexcept
{
    return {.nodes = detail::recorded_nodes<Cell>,
            .states = detail::recorded_states<Cell>,
            .outputs = detail::recorded_results<Cell, role::output, compiled<Cell>::shapes.outputs.size()>,
            .starts = detail::recorded_results < Cell,
            role::start,
            compiled<Cell>::shapes.has_start ? compiled<Cell>::shapes.states.size() : std::size_t{0} >
            , .saved = detail::recorded_saved<Cell>, .shapes = &compiled<Cell>::shapes};
}

/// A step with the sizes of its dimensions and its parameters.
struct recorded_model {
    recorded_step step{};                                     ///< of the cell
    std::array<std::ptrdiff_t, max_dimensions> sizes{};       ///< by dimension
    static_vector<number_view, max_parameters> parameters{};  ///< row by row
    bool is_float = false;                                    ///< whether runs compute in float

    /// The size of a dimension.
    [[nodiscard]] std::size_t size(dimension_id d) const
    {
        return static_cast<std::size_t>(sizes[static_cast<std::size_t>(d)]);
    }
    /// The smallest number that does not count as zero.
    [[nodiscard]] double least() const
    {
        return is_float ? double{std::numeric_limits<float>::min()} : std::numeric_limits<double>::min();
    }
    /// @p v in the type of the model; zero if that is subnormal, as in runs.
    [[nodiscard]] double rounded(double v) const
    {
        double const r = is_float ? double{static_cast<float>(v)} : v;
        return std::fabs(r) < least() ? 0 : r;
    }
};

/// The model of @p parameters and @p sizes. Refers to both.
template <class Cell, class T, class Sizes, class Parameters>
recorded_model recorded_model_of(Sizes const& sizes, Parameters const& parameters)
{
    recorded_model m{};
    m.step = recorded_step_of<Cell>();
    for (std::size_t d = 0; d < compiled<Cell>::shapes.dimensions.size(); ++d) {
        m.sizes[d] = sizes[static_cast<dimension_id>(d)];
    }
    for (std::size_t i = 0; i < parameters.count; ++i) {
        m.parameters.push_back(number_view(parameters.entries(i)));
    }
    m.is_float = std::same_as<T, float>;
    return m;
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
