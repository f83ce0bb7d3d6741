#pragma once
/// @file
/// A step with one sequence of any number of features, for tests of rows without a cell.

#include <rondo/model/step_sequences.hpp>

#include <array>
#include <cstddef>

namespace rondo::test {

/// One input or output without a name.
struct one_sequence {
    static constexpr std::array<lang_internal::sequence_info, 1> list{{{.shape = {1}}}};
    static constexpr std::size_t count = 1;
    static constexpr bool are_named = false;
    static constexpr std::size_t per_sequence_count = 0;
    static constexpr std::array<exec_internal::sequence_title, 1> titles{exec_internal::sequence_title("x")};
};

/// Sizes of which every dimension but that of size one has as many entries.
struct features {
    std::ptrdiff_t count;
    constexpr std::ptrdiff_t operator[](ir_internal::dimension_id d) const
    {
        return d == ir_internal::unit ? 1 : count;
    }
};

}  // namespace rondo::test
