#pragma once
/// @file
/// The diagnosis of a program as text, so that a failed check says what is wrong and where.

#include <rondo/graph/verify.hpp>

#include <string>

namespace rondo::test {

using namespace check_internal;

/// "well-formed", or the defect and the node that has it.
inline std::string verdict(program const& p)
{
    diagnosis const d = verify(p);
    std::string text(describe(d.what));
    if (d.where != no_node) {
        text += ": node " + std::to_string(d.where) + ", " + std::string(name_of(p.nodes[d.where].opcode));
    }
    return text;
}

}  // namespace rondo::test
