#pragma once
/// @file
/// The shape of sequences that a cell of given sizes expects.

#include <rondo/pass/pipeline.hpp>
#include <rondo/sequence/array_shape.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The expected extents of a value of @p Cell of shape @p of. A number has one of 1.
template <class Cell, class Sizes>
value_extents expected_value(Sizes const& sizes, extents of)
{
    auto const& names = compiled<Cell>::shapes.dimensions;
    value_extents value(names[of.dims[0]], sizes[of.dims[0]]);
    for (int d = 1; d < of.rank(); ++d) {
        dimension_id const dimension = of.dims[static_cast<std::size_t>(d)];
        value.push_back(names[dimension], sizes[dimension]);
    }
    return value;
}

/// The expected shape of @p batch sequences of @p steps steps, where 0 stands for any number. Each step is a
/// value of @p Cell of shape @p of, such as its input.
template <class Cell, class Sizes>
sequence_extents expected_extents(Sizes const& sizes, extents of, std::ptrdiff_t steps, std::ptrdiff_t batch)
{
    return {.steps = steps, .batch = batch, .value = expected_value<Cell>(sizes, of)};
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
