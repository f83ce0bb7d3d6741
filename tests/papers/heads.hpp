#pragma once
/// @file
/// Dimensions and functions of the cells that carry a matrix.

#include <rondo/lang/cell.hpp>

namespace rondo::papers {

/// The entries by which a memory is addressed.
struct key : dimension {
    using dimension::dimension;
};
/// The entries that are found at an address.
struct value : dimension {
    using dimension::dimension;
};
/// The heads, each with a memory of its own.
struct heads : dimension {
    using dimension::dimension;
};
/// The columns of a projection of low rank.
struct rank : dimension {
    using dimension::dimension;
};

/// The entries of a head.
struct units : dimension {
    using dimension::dimension;
};

/// Layer normalisation of each head along @p D, without gain and bias.
template <dimension_name D, class S>
constexpr auto norm_of_head(expression<S> a)
{
    auto centred = a - mean<D>(a);
    return rsqrt(mean<D>(square(centred)) + 1e-5) * centred;
}

}  // namespace rondo::papers
