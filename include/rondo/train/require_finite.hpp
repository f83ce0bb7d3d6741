#pragma once
/// @file
/// Rejects gradients that are not finite, before an optimiser changes anything.

#include <rondo/error/input_error.hpp>
#include <rondo/kernel/simd.hpp>
#include <rondo/kernel/static_for.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string_view>

namespace rondo::inline RONDO_ISA::train_internal {

/// Whether no entry of @p v is NaN or infinite.
template <class T>
bool is_finite(std::span<T const> v)
{
    // A sum is not finite if an entry is not. If it overflows, entries decide.
    using vector = simd<T>;
    constexpr std::size_t count = 4;  // a single sum would wait for itself
    std::array<vector, count> sums;
    sums.fill(vector(T(0)));
    std::size_t i = 0;
    for (; i + count * vector::size <= v.size(); i += count * vector::size) {
        static_for<count>([&]<std::size_t K>() RONDO_INLINE_LAMBDA {
            sums[K] += vector::load_unaligned(&v[i + K * vector::size]);
        });
    }
    T sum = sum_lanes((sums[0] + sums[1]) + (sums[2] + sums[3]));
    for (; i < v.size(); ++i) {
        sum += v[i];
    }
    return std::isfinite(sum) || std::ranges::all_of(v, [](T const& x) { return std::isfinite(x); });
}

/// Rejects @p v, the argument @p what, unless all entries are finite.
/// @throws input_error that names the first entry that is not.
template <class T>
void require_finite(std::span<T const> v, std::string_view what)
{
    if (!is_finite(v)) {
        auto const found = std::ranges::find_if(v, [](T const& x) { return !std::isfinite(x); });
        exec_internal::reject(what, "finite numbers",
                              exec_internal::concat(*found, " at entry ", found - v.begin()));
    }
}

}  // namespace rondo::inline RONDO_ISA::train_internal
