// EXPECT: rondo: a cell has more than 64 states
// EXPECT: trace_of<crowded<
#include <rondo/pass/pipeline.hpp>

#include <utility>

using namespace rondo;

template <class States>
struct crowded;
template <std::size_t... I>
struct crowded<std::index_sequence<I...>> {
    template <std::size_t>
    using state = vec<hidden>;

    constexpr auto operator()(vec<input>, state<I>... h) const { return next{tanh(h)...}; }
};

template struct rondo::ir_internal::compiled<crowded<std::make_index_sequence<65>>>;
