#pragma once
/// @file
/// The places of entries of values that have named dimensions: an index along each.

#include <rondo/graph/node.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace rondo::test {

using namespace check_internal;

/// The number of entries along each dimension, by its number.
struct sizes {
    std::array<std::size_t, max_dimensions> along{};

    [[nodiscard]] std::size_t operator[](dimension_id d) const { return along[static_cast<std::size_t>(d)]; }
    [[nodiscard]] std::size_t entries(extents e) const
    {
        return (*this)[e.dims[0]] * (*this)[e.dims[1]] * (*this)[e.dims[2]];
    }
};

/// Dimensions of the given sizes, numbered from one; number zero has size one.
inline sizes sizes_of(std::vector<std::size_t> const& named)
{
    sizes s{};
    s.along.fill(1);
    std::copy(named.begin(), named.end(), s.along.begin() + 1);
    return s;
}

/// An index along each dimension.
using place = std::array<std::size_t, max_dimensions>;

/// The number of the entry at @p at among those of a value along @p shape.
inline std::size_t entry_at(sizes const& size, extents shape, place const& at)
{
    std::size_t entry = 0;
    for (dimension_id const d : shape.dims) {
        if (d != unit) entry = entry * size[d] + at[static_cast<std::size_t>(d)];
    }
    return entry;
}

/// Calls @p f with the place of each entry of a value along @p shape, in the order of the entries.
template <class F>
void for_each_place(sizes const& size, extents shape, F f)
{
    auto const [first, second, third] = shape.dims;
    place at{};
    auto const index = [&](dimension_id d) -> std::size_t& { return at[static_cast<std::size_t>(d)]; };
    for (std::size_t i = 0; i < size[first]; ++i) {
        for (std::size_t j = 0; j < size[second]; ++j) {
            for (std::size_t k = 0; k < size[third]; ++k) {
                index(first) = i;
                if (second != unit) {
                    index(second) = j;
                }
                if (third != unit) {
                    index(third) = k;
                }
                f(at);
            }
        }
    }
}

}  // namespace rondo::test
