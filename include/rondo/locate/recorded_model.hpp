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
/// compile-time tables. The operations that control gradients are there.
struct recorded_step {
    std::span<node const> nodes{};       ///< in an order of evaluation
    std::span<carry const> states{};     ///< from step to step
    std::span<node_id const> outputs{};  ///< the outputs of the step
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

template <class Cell>
inline constexpr auto recorded_nodes = [] {
    std::array<node, static_cast<std::size_t>(compiled<Cell>::differentiable.nodes.size())> nodes{};
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        nodes[i] = compiled<Cell>::differentiable.nodes[static_cast<node_id>(i)];
    }
    return nodes;
}();

template <class Cell>
inline constexpr auto recorded_states = [] {
    std::array<carry, compiled<Cell>::differentiable.states.size()> states{};
    for (std::size_t k = 0; k < states.size(); ++k) {
        states[k] = compiled<Cell>::differentiable.states[k];
    }
    return states;
}();

// The saved values have numbers of the forward step, which are those of the step as it is differentiated
// unless that controls gradients.
template <class Cell>
inline constexpr auto recorded_saved = [] {
    if constexpr (compiled<Cell>::controls_gradient) {
        return std::array<node_id, 0>{};
    } else {
        std::array<node_id, static_cast<std::size_t>(compiled<Cell>::reverse.saved.size())> saved{};
        for (std::size_t k = 0; k < saved.size(); ++k) {
            saved[k] = compiled<Cell>::reverse.saved[k];
        }
        return saved;
    }
}();

template <class Cell>
inline constexpr auto recorded_outputs = [] {
    std::array<node_id, compiled<Cell>::differentiable.results.size()> outputs{};
    for (std::size_t k = 0; k < outputs.size(); ++k) {
        outputs[k] = compiled<Cell>::differentiable.results[k].value;
    }
    return outputs;
}();

}  // namespace detail

/// The step of a cell.
template <class Cell>
recorded_step recorded_step_of() noexcept
{
    return {.nodes = detail::recorded_nodes<Cell>,
            .states = detail::recorded_states<Cell>,
            .outputs = detail::recorded_outputs<Cell>,
            .saved = detail::recorded_saved<Cell>,
            .shapes = &compiled<Cell>::shapes};
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
