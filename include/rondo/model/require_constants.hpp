#pragma once
/// @file
/// Rejects constants that have no value.
///
/// A constant that nobody has set would make a run of zeros, or of whatever it was at first, look right.

#include <rondo/error/concat.hpp>
#include <rondo/error/input_error.hpp>
#include <rondo/model/parameters.hpp>

#include <cmath>
#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Checks that the constants of @p p have values: constants are NaN until they are set. It looks at the
/// first, the middle and the last entry of each, which costs next to nothing.
/// @throws input_error naming the first constant without a value.
template <class Cell, class T>
void require_constants(parameters<Cell, T> const& p)
{
    for (std::size_t i = 0; i < p.count; ++i) {
        if (!p.info(i).is_constant) {
            continue;
        }
        auto const e = p.entries(i);
        if (std::isnan(e.front()) || std::isnan(e[e.size() / 2]) || std::isnan(e.back())) {
            auto const name = p.info(i).name.view();
            reject(concat("the constant '", name, "'"),
                   concat("a value before a run uses it, as m[\"", name, "\"_s] = ... gives it"), "none");
        }
    }
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
