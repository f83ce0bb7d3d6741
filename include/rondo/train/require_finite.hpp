#pragma once
/// @file
/// Rejects gradients that are not finite, before an optimiser changes anything.

#include <rondo/error/input_error.hpp>
#include <rondo/kernel/simd.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>

namespace rondo::inline RONDO_ISA::train_internal {

/// Whether no entry of @p v is NaN or infinite.
template <class T>
bool is_finite(std::span<T const> v)
{
    using vector = simd<T>;
    vector const most(std::numeric_limits<T>::max());
    auto bounded = vector(T(0)) <= most;
    std::size_t i = 0;
    for (; i + vector::size <= v.size(); i += vector::size) {
        bounded = bounded & (xsimd::abs(vector::load_unaligned(&v[i])) <= most);
    }
    return xsimd::all(bounded) &&
           std::ranges::all_of(v.subspan(i), [](T const& x) { return std::isfinite(x); });
}

/// Rejects @p v, the argument @p what, unless all entries are finite.
/// @throws input_error that names the first entry that is not.
template <class T>
void require_finite(std::span<T const> v, std::string_view what)
{
    if (!is_finite(v)) {
        auto const found = std::ranges::find_if(v, [](T const& x) { return !std::isfinite(x); });
        throw input_error({std::string(what), "finite numbers",
                           exec_internal::concat(*found, " at entry ", found - v.begin())});
    }
}

}  // namespace rondo::inline RONDO_ISA::train_internal
