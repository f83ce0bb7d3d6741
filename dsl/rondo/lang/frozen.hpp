#pragma once
/// @file
/// A cell whose parameters are constants of the cell that contains it.

#include <rondo/lang/members.hpp>

namespace rondo::inline RONDO_ISA {

/// The cell @p Cell as a member whose parameters are not trained: an encoder that was trained before, or a
/// random reservoir. They are named, saved and loaded as those of the cell are, and no gradient with respect
/// to them is computed. What their author gave a first value has it; the others are set before a run.
///
/// @code
/// frozen<lstm<>> encoder;
/// RONDO_MEMBERS(encoder);
/// auto [h1, c1] = encoder(x, h, c);
/// @endcode
template <class Cell>
struct frozen : Cell {
    /// Marks the parameters of the cell as constants.
    constexpr frozen()
    {
        lang_internal::for_each_parameter(*this, [](auto& p, auto const&) { p.is_frozen = true; });
    }
};

}  // namespace rondo::inline RONDO_ISA
