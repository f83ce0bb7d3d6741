#pragma once
/// @file
/// States of several steps ago, and values of several steps ago.
///
/// A loop over k steps could be written with k states that hand their values on. That copies k values in
/// every step and needs a table of k states. Here a step carries its value over k steps instead: a run reads
/// a row k steps above, a stream a slot of a ring. The cost of a step does not depend on k.

#include <rondo/lang/comparisons.hpp>
#include <rondo/lang/expression.hpp>
#include <rondo/lang/operators.hpp>
#include <rondo/lang/step_inputs.hpp>

#include <concepts>
#include <type_traits>

namespace rondo::inline RONDO_ISA::lang_internal {

/// Whether a number of steps can be a delay. The message shows the number.
template <long long Steps>
struct delay_is_possible {
    static_assert(
        Steps >= 1,
        "a delay is a number of steps from 1 on: lag<1>(v) is the value of the step before, and the "
        "value of this step is v itself");
    static_assert(Steps <= ir_internal::max_delay, "a delay is at most 1048576 steps");
    static_assert(ir_internal::max_delay == 1048576, "the sentence states the number");
    static constexpr bool value = Steps >= 1 && Steps <= ir_internal::max_delay;
};

/// Whether an argument of a nested cell is a state of the right delay. The message names its type.
template <class Argument, class Expected>
struct state_has_the_delay {
    static_assert(
        never<Argument>,
        "a cell inside a cell takes a delayed state as it is: the outer step has an argument of the "
        "same type, delayed<k, vec<D>>, and hands it on");
    static constexpr bool value = true;
};

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// A state of a step as it was @p Steps steps ago: an argument of operator() in the place of @p Value, a
/// vector, a scalar or a matrix. In the step it is used like that. Its new value in next{...} is the value of
/// this step, which the step @p Steps steps later will find.
///
/// @code
/// constexpr auto operator()(vec<input> x, delayed<480, vec<input>> y) const  // a comb filter
/// {
///     return next{x + gain * y};
/// }
/// @endcode
///
/// Its initial and final values are those of the last @p Steps steps, the oldest first: an array of shape
/// (batch, @p Steps × dimension).
template <long long Steps, class Value>
struct delayed : Value {
    static_assert(lang_internal::delay_is_possible<Steps>::value);
    static_assert(
        requires { typename Value::shape_type; }, "delayed<k, V> delays a value, such as vec<hidden>");
    static constexpr int steps = static_cast<int>(Steps);  ///< how old it is

    /// A value that tracing has not reached.
    constexpr delayed() = default;
    /// The node @p i of a recorder's graph.
    constexpr delayed(lang_internal::recorder* r, ir_internal::node_id i) : Value(r, i) {}
    /// Rejected: a value of another delay.
    template <class Other>
        requires(!std::same_as<Other, delayed>)
    constexpr delayed(Other const&, bool = lang_internal::state_has_the_delay<Other, delayed>::value)
    {
    }
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::lang_internal {

/// The largest delay where a sequence begins anew, and one less in every step after that, down to zero. It is
/// a state of the cell. Numbers up to that are exact in float.
constexpr scalar reset_countdown(recorder& r)
{
    if (r.resets.countdown == ir_internal::no_node) {
        scalar const old{&r, r.next_state({})};
        std::size_t const place = r.lagged.size();
        r.lagged.push_back({old.id, old.id, 1});
        scalar const now = where(scalar{&r, r.resets.reset}, double{ir_internal::max_delay}, max(old - 1, 0));
        r.lagged[place].to = now.id;
        r.resets.countdown = now.id;
    }
    return {&r, r.resets.countdown};
}

/// The value @p old of @p steps steps ago, or @p first, a number or a value, if the sequence began anew since
/// then.
template <class S, class First>
constexpr expression<S> since_reset(expression<S> old, int steps, First first)
{
    if (old.record == nullptr || old.record->resets.reset == ir_internal::no_node) {
        return old;
    }
    recorder& r = *old.record;
    if (steps == 1) {
        return where(scalar{&r, r.resets.reset}, first, old);
    }
    return where(reset_countdown(r) > ir_internal::max_delay - steps, first, old);
}

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// The value that @p v had @p Steps steps ago; zero before the first step of a run, unless the run is given
/// initial states. @p v is any value of the step: an input, a state, or what was computed from
/// them.
///
/// @code
/// auto z = tanh(W_0 * lag<1>(x) + W_1 * x);  // a convolution over two steps
/// @endcode
///
/// It is one more state of the cell, behind those that operator() takes and in the order in which the step
/// computes them. A state that the step takes as an argument is one step old already: lag<2>(h) is three
/// steps old.
template <long long Steps, class S>
constexpr expression<S> lag(expression<S> v)
{
    if constexpr (lang_internal::delay_is_possible<Steps>::value &&
                  lang_internal::dimensions_are_distinct<S>::value) {
        if (v.record != nullptr) {
            constexpr auto steps = static_cast<int>(Steps);
            expression<S> const old{v.record, v.record->carry_over(v.id, steps)};
            return lang_internal::since_reset(old, steps, 0.0);
        }
    }
    return v;
}
/// Rejected: without a number of steps.
template <class S>
constexpr expression<S> lag(expression<S> v)
{
    static_assert(lang_internal::never<S>,
                  "lag needs a number of steps: lag<1>(v) is the value of the step before");
    return v;
}

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::lang_internal {

/// How many steps old an argument of a step is.
template <class Argument>
inline constexpr int delay_of = 1;
template <long long Steps, class Value>
inline constexpr int delay_of<delayed<Steps, Value>> = delayed<Steps, Value>::steps;

/// Whether a step can take a type as a state.
template <class T>
inline constexpr bool is_state = is_value<T>;
template <long long Steps, class Value>
inline constexpr bool is_state<delayed<Steps, Value>> = is_value<Value>;

}  // namespace rondo::inline RONDO_ISA::lang_internal
