#pragma once
/// @file
/// The values that a step watches, with names that tell them apart.

#include <rondo/lang/expression.hpp>
#include <rondo/lang/members.hpp>

#include <algorithm>
#include <cstddef>

namespace rondo::inline RONDO_ISA::lang_internal {

/// A value that a step watches.
struct watched_value {
    dotted_name name{};  ///< numbered if there are several of the name
    extents shape{};     ///< its dimensions
};

/// The watched values of a step, in the order of the calls of watch().
using watched_list = static_vector<watched_value, max_watched, std::size_t, too_many_watched>;

/// The values that a step has marked, each with a name of its own: `a`, `a.2`.
constexpr watched_list list_watched(recorder const& record)
{
    watched_list all{};
    for (marked_value const& one : record.marked) {
        dotted_name name({}, one.name);
        auto const has_name = [&](watched_value const& other) { return other.name.view() == name.view(); };
        for (std::size_t k = 2; std::any_of(all.begin(), all.end(), has_name); ++k) {
            name = dotted_name(one.name, k);
        }
        all.push_back({name, record.nodes[one.value].shape});
    }
    return all;
}

}  // namespace rondo::inline RONDO_ISA::lang_internal
