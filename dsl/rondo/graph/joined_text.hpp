#pragma once
/// @file
/// Joins and parts of vectors as they were written.
///
/// A graph joins two vectors at a time and takes one of two parts. A drawing shows `join(a, b, c)` and
/// `part<b>(v)`, as long as the values between have no names of their own.

#include <rondo/graph/name_values.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rondo::inline RONDO_ISA::ir_internal {

namespace detail {

/// The pieces that the name of a joined dimension lists; none if the dimension is not joined.
inline std::vector<std::string_view> pieces_of(std::string_view name)
{
    constexpr std::string_view begin = "joined<";
    std::vector<std::string_view> pieces{};
    if (!name.starts_with(begin)) {
        return pieces;
    }
    name = name.substr(begin.size(), name.size() - begin.size() - 1);
    std::size_t first = 0;
    int depth = 0;
    for (std::size_t i = 0; i <= name.size(); ++i) {
        if (i == name.size() || (name[i] == ',' && depth == 0)) {
            pieces.push_back(name.substr(first, i - first));
            first = i + 2;  // behind the comma and the blank
        } else {
            depth += name[i] == '<' ? 1 : name[i] == '>' ? -1 : 0;
        }
    }
    return pieces;
}

}  // namespace detail

/// The dimension of node @p i, a part, by the name that it has in the vector it is taken of: several
/// dimensions of one size may share a number, and these names tell them apart.
inline std::string part_name(program const& p, leaf_names const& names, node_id i)
{
    node const& n = p.nodes[i];
    auto const label = [&](dimension_id d) { return names.dimension(static_cast<std::size_t>(d)); };
    std::string const whole = label(p.nodes[n.a].shape.rows());
    std::vector<std::string_view> const pieces = detail::pieces_of(whole);
    if (pieces.empty()) {
        return label(n.shape.rows());
    }
    if (n.opcode == op::last_piece) {
        return std::string(pieces.back());
    }
    std::size_t const cut = whole.size() - pieces.back().size() - 3;  // at the last comma
    return pieces.size() == 2 ? std::string(pieces.front()) : whole.substr(0, cut) + ">";
}

/// The vector that node @p i, a part, is taken of in the line that writes it out.
inline node_id whole_of_part(program const& p, value_names const& values, node_id i)
{
    node_id whole = p.nodes[i].a;
    while (p.nodes[whole].opcode == op::first_piece && values[whole].empty()) {
        whole = p.nodes[whole].a;
    }
    return whole;
}

/// The vectors that node @p i joins in the line that writes it out.
inline std::vector<node_id> joined_operands(program const& p, value_names const& values, node_id i)
{
    node const& n = p.nodes[i];
    bool const goes_on = p.nodes[n.a].opcode == op::join && values[n.a].empty();
    std::vector<node_id> all = goes_on ? joined_operands(p, values, n.a) : std::vector<node_id>{n.a};
    all.push_back(n.b);
    return all;
}

}  // namespace rondo::inline RONDO_ISA::ir_internal
