#pragma once
/// @file
/// Random arguments for a check, which do not depend on the machine.

#include <rondo/namespaces.hpp>

#include <cstddef>
#include <random>
#include <type_traits>

namespace rondo::inline RONDO_ISA::check_internal {

/// Fills a container of floating-point numbers with multiples of 2^-20 between -@p largest and
/// @p largest, a power of two or a small multiple of one. They depend on @p bits only and not on the
/// standard library, as its distributions do. They are exact in float, so float and double agree.
template <class Container>
void fill_randomly(Container&& values, std::mt19937_64& bits, double largest)
{
    for (auto& v : values) {
        double const drawn = static_cast<double>(bits() >> 43) * 0x1p-20 - 1;
        v = static_cast<std::remove_cvref_t<decltype(v)>>(largest * drawn);
    }
}

/// Fills a container of numbers with those of @p count symbols: integers from 0 on.
template <class Container>
void fill_with_symbols(Container&& values, std::mt19937_64& bits, std::size_t count)
{
    for (auto& v : values) {
        v = static_cast<std::remove_cvref_t<decltype(v)>>((bits() >> 11) % count);
    }
}

}  // namespace rondo::inline RONDO_ISA::check_internal
