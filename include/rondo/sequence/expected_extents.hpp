#pragma once
/// @file
/// The shape of sequences that a cell of given sizes expects.

#include <rondo/pass/pipeline.hpp>
#include <rondo/sequence/array_shape.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The expected shape of @p batch sequences of @p steps steps, where 0 stands for any number. Each step is a
/// value of @p Cell of shape @p of, such as its input.
template <class Cell, class Sizes>
sequence_extents expected_extents(Sizes const& sizes, extents of, std::ptrdiff_t steps, std::ptrdiff_t batch)
{
    return {.steps = steps,
            .batch = batch,
            .features = sizes[of.rows()],
            .name = compiled<Cell>::shapes.dimensions[static_cast<std::size_t>(of.rows())]};
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
