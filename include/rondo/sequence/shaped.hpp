#pragma once
/// @file
/// Numbers in memory as an array with a shape.

#include <rondo/error/input_error.hpp>
#include <rondo/model/xtensor.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <span>
#include <utility>

namespace rondo::inline RONDO_ISA {

/// The numbers from @p first on, row by row, as an array: `shaped(p, time, batch, features)`. The array
/// refers to the numbers. How many there are cannot be checked.
/// @throws input_error if an extent is negative.
template <class T, std::integral... Extents>
auto shaped(T* first, Extents... extents)
{
    std::array<std::size_t, sizeof...(Extents)> shape{};
    std::size_t d = 0;
    std::size_t count = 1;
    for (auto const extent : {static_cast<std::ptrdiff_t>(extents)...}) {
        if (extent < 0) {
            exec_internal::reject("shaped", "extents of at least 0", exec_internal::concat(extent));
        }
        shape[d++] = static_cast<std::size_t>(extent);
        count *= static_cast<std::size_t>(extent);
    }
    return xt::adapt(first, count, xt::no_ownership(), shape);
}
/// The numbers of a vector, an array or a span as an array, row by row:
///
/// @code
/// std::vector<float> samples(20 * 2 * 3);
/// run.forward(shaped(samples, 20, 2, 3));  // (time, batch, features)
/// @endcode
///
/// The array refers to the numbers. With the extents (time, features) it is one sequence of a list.
/// @throws input_error unless there are as many numbers as the extents say.
template <std::ranges::contiguous_range V, std::integral... Extents>
    requires(std::ranges::borrowed_range<V>)
auto shaped(V&& numbers, Extents... extents)
{
    auto all = shaped(std::ranges::data(numbers), extents...);
    if (std::cmp_not_equal(all.size(), std::ranges::size(numbers))) {
        exec_internal::reject("shaped", exec_internal::concat(all.size(), " numbers, as the extents say"),
                              exec_internal::concat(std::ranges::size(numbers)));
    }
    return all;
}

}  // namespace rondo::inline RONDO_ISA
