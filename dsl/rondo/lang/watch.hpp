#pragma once
/// @file
/// Marks values of a step, which a run of the watched cell shows.
///
/// A mark is an entry in a list beside the graph. Nothing but `watched<Cell>` reads the list, so a cell
/// compiles to the code that it has without marks.

#include <rondo/lang/expression.hpp>
#include <rondo/lang/names.hpp>

#include <type_traits>

namespace rondo::inline RONDO_ISA {

/// Marks @p value, any value of a step, and gives it back:
///
/// @code
/// auto forget = watch(sigmoid(f(x, h)), "forget gate"_s);
/// @endcode
///
/// A run of `watched<Cell>` gives its value at every step, and the gradient of the loss through what watch()
/// gives back. In all other runs it costs nothing. Where a step passes the line several times, as for a cell
/// inside a cell, the names are numbered from the second on: `forget gate`, `forget gate.2`.
template <class S, char... C>
[[nodiscard(
    "the gradient of a watched value is taken through the result of watch()")]] constexpr expression<S>
watch(expression<S> value, lang_internal::name<C...> name)
{
    static_assert(lang_internal::dimensions_are_distinct<S>::value);
    if (value.record == nullptr) {
        return value;
    }
    lang_internal::recorder& r = *value.record;
    if (r.probes != nullptr) {
        value.id = r.nodes.binary(ir_internal::op::add, value.id, r.probes[r.marked.size()]);
    }
    r.marked.push_back({value.id, name.view()});
    return value;
}
/// Rejected: a name that is no type.
template <class S, class Name>
    requires(!lang_internal::is_name<Name>)
constexpr expression<S> watch(expression<S> value, Name const&)
{
    static_assert(lang_internal::never<Name>,
                  "watch(value, name) takes a name with the suffix _s: watch(f, \"forget gate\"_s)");
    return value;
}

}  // namespace rondo::inline RONDO_ISA
