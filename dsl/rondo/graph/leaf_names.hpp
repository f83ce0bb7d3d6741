#pragma once
/// @file
/// The names of the leaves and the results of a program in its drawings.

#include <rondo/graph/program.hpp>
#include <rondo/graph/symbol.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace rondo::inline RONDO_ISA::ir_internal {

/// The names of a program's leaves. A leaf that a list has no name for is called `p_1`, `s_1` and so on.
struct leaf_names {
    std::vector<std::string> dimensions{};    ///< by number; the first is the dimension of size one
    std::vector<std::string> parameters{};    ///< dotted names
    std::vector<std::string> states{};        ///< without time: `h`, `c`
    std::vector<std::string> inputs{};        ///< without time; `x` if there is no list
    std::vector<std::string> outputs{};       ///< without time; `y` if there is no list
    std::vector<symbol> saved{};              ///< backwards: the forward value of each `saved` leaf
    std::vector<std::string> per_sequence{};  ///< the values that the prologue computes
    /// How many inputs change over time; those after them have no time.
    std::size_t changing_inputs = static_cast<std::size_t>(-1);
    bool is_prologue = false;  ///< whether no value has a time

    /// Takes the names of inputs and outputs from @p shapes, a signature, where they have names, and those of
    /// the states unless there are some.
    template <class Signature>
    void name_sequences(Signature const& shapes)
    {
        auto const take = [](std::vector<std::string>& to, auto const& list) {
            for (auto const& one : list) {
                if (!one.name.view().empty()) {
                    to.emplace_back(one.name.view());
                }
            }
        };
        take(inputs, shapes.inputs);
        take(inputs, shapes.per_sequence);
        changing_inputs = shapes.inputs.size();
        take(outputs, shapes.outputs);
        bool any = false;
        for (auto const& name : shapes.state_names) {
            any = any || !name.view().empty();
        }
        for (std::size_t k = 0; any && k < shapes.state_names.size(); ++k) {
            states.resize(std::max(states.size(), k + 1));
            if (states[k].empty()) {
                states[k] = shapes.state_names[k].view();
            }
        }
    }
    /// The name of the dimension @p i.
    [[nodiscard]] std::string dimension(std::size_t i) const { return listed(dimensions, i, "d"); }
    /// The name of the parameter @p i.
    [[nodiscard]] std::string parameter(std::size_t i) const { return listed(parameters, i, "p"); }
    /// The name of the state @p i.
    [[nodiscard]] std::string state(std::size_t i) const { return listed(states, i, "s"); }
    /// The name of the input @p i.
    [[nodiscard]] std::string input(std::size_t i) const
    {
        return inputs.empty() && i == 0 ? "x" : listed(inputs, i, "x");
    }
    /// The time of a value of the step; a prologue has no time.
    [[nodiscard]] moment now() const { return is_prologue ? moment::none : moment::now; }
    /// The time of the input @p i.
    [[nodiscard]] moment when_given(std::size_t i) const
    {
        return i >= changing_inputs ? moment::none : now();
    }
    /// The name of the value @p i that the prologue computes.
    [[nodiscard]] std::string per_sequence_value(std::size_t i) const { return listed(per_sequence, i, "q"); }
    /// The name of the output @p i.
    [[nodiscard]] std::string output(std::size_t i) const
    {
        return outputs.empty() && i == 0 ? "y" : listed(outputs, i, "y");
    }

   private:
    static std::string listed(std::vector<std::string> const& names, std::size_t i, char const* letter)
    {
        return i < names.size() && !names[i].empty() ? names[i] : letter + ("_" + std::to_string(i + 1));
    }
};

/// Whether @p p goes through time backwards: it has gradients as results.
inline bool runs_backward(program const& p)
{
    for (program_result const& r : p.results) {
        if (r.what != role::output) {
            return true;
        }
    }
    return false;
}

/// The name of the leaf @p n of @p p; empty for a constant.
inline symbol name_of_leaf(program const& p, node const& n, leaf_names const& names)
{
    auto const index = static_cast<std::size_t>(n.index);
    auto const state = [&](moment when, bool adjoint) {
        bool const only = p.states.size() == 1 && names.states.empty();
        int const delay = when == moment::before && index < p.states.size() ? p.states[index].delay : 1;
        return symbol{only ? "s" : names.state(index), when, adjoint, delay};
    };
    switch (n.opcode) {
        case op::input:
        case op::symbol: return {names.input(index), names.when_given(index)};
        case op::state: return state(moment::before, false);
        case op::new_state: return state(moment::now, false);
        case op::state_adjoint: return state(moment::now, true);
        case op::output_adjoint: return {names.output(index), names.now(), true};
        case op::parameter: return {names.parameter(index)};
        case op::per_sequence: return {names.per_sequence_value(index)};
        case op::extent: return {"n_" + names.dimension(index)};
        case op::saved:
            return index < names.saved.size() && !names.saved[index].empty()
                       ? names.saved[index]
                       : symbol{"m_" + std::to_string(index + 1), moment::now};
        default: return {};
    }
}

/// The name of a result: an output, or the adjoint of an input or of a parameter.
inline symbol name_of_result(program_result const& r, leaf_names const& names)
{
    auto const index = static_cast<std::size_t>(r.index);
    switch (r.what) {
        case role::output: return {names.output(index), names.now()};
        case role::input_gradient: return {names.input(index), names.when_given(index), true};
        case role::per_sequence_gradient: return {names.per_sequence_value(index), moment::none, true};
        case role::start: return {names.state(index), moment::before};
        default: return {names.parameter(index), moment::none, true};
    }
}

/// The name of the new value of state @p k; backwards, of the adjoint that an earlier step reads.
inline symbol name_of_next(program const& p, std::size_t k, leaf_names const& names)
{
    bool const back = runs_backward(p);
    node const leaf{.opcode = op::state, .index = static_cast<std::int16_t>(k)};
    symbol s = name_of_leaf(p, leaf, names);
    s.when = back ? moment::before : moment::now;
    s.delay = back ? s.delay : 1;
    s.adjoint = back;
    return s;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
