#pragma once
/// @file
/// The parameter layout of peers: the gates side by side in one matrix.

#include "problem.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace rondo::bench {

/// The parameters' names, gate by gate, in the order of a peer.
struct gate_names {
    std::vector<std::string> input;      ///< matrices that multiply the input
    std::vector<std::string> recurrent;  ///< matrices that multiply the state
    std::vector<std::string> bias;
    std::vector<std::string> peephole{};
};

/// The names of a cell that is a member.
inline gate_names inside(std::string const& member, gate_names names)
{
    for (auto* const list : {&names.input, &names.recurrent, &names.bias, &names.peephole}) {
        for (std::string& name : *list) {
            name.insert(0, member + ".");
        }
    }
    return names;
}

/// Input, forget, candidate, output: the order of oneDNN and PyTorch.
inline gate_names const lstm_gates{
    {"i.W", "f.W", "g.W", "o.W"}, {"i.U", "f.U", "g.U", "o.U"}, {"i.b", "f.b", "g.b", "o.b"}};
/// Update, reset, candidate: oneDNN's order. The bias that the reset gate multiplies comes last.
inline gate_names const gru_gates{{"z.W", "r.W", "W"}, {"z.U", "r.U", "U"}, {"z.b", "r.b", "b", "c"}};
/// Input, candidate, output.
inline gate_names const custom_gates{
    {"W_i", "W_g", "W_o"}, {"U_i", "U_g", "U_o"}, {"b_i", "b_g", "b_o"}, {"p_i", "p_o"}};

/// Concatenates matrices of @p rows (the hidden size) rows, transposed: the index of the column runs
/// slowest, then that of the gate, then that of the row.
inline numbers stack(problem const& p, std::vector<std::string> const& names, std::size_t rows)
{
    std::size_t const gates = names.size();
    std::size_t const columns = p.parameters.at(names[0]).size() / rows;
    numbers all(columns * gates * rows);
    for (std::size_t g = 0; g < gates; ++g) {
        numbers const& one = p.parameters.at(names[g]);
        for (std::size_t r = 0; r < rows; ++r) {
            for (std::size_t c = 0; c < columns; ++c) {
                all[(c * gates + g) * rows + r] = one[r * columns + c];
            }
        }
    }
    return all;
}

/// The inverse: splits the matrices and adds them to @p to, with @p prefix before their
/// names.
inline void unstack(tensors& to, std::string const& prefix, std::vector<std::string> const& names,
                    float const* all, std::size_t rows, std::size_t columns)
{
    std::size_t const gates = names.size();
    for (std::size_t g = 0; g < gates; ++g) {
        numbers& one = to[prefix + names[g]];
        one.resize(rows * columns);
        for (std::size_t r = 0; r < rows; ++r) {
            for (std::size_t c = 0; c < columns; ++c) {
                one[r * columns + c] = all[(c * gates + g) * rows + r];
            }
        }
    }
}

}  // namespace rondo::bench
