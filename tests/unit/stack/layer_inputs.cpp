#include "unit/context_cells.hpp"
#include "unit/named_cells.hpp"
#include "unit/stack/named_layers.hpp"

#include <rondo/run/bptt.hpp>
#include <rondo/stack/layer_inputs.hpp>

#include <type_traits>

namespace layer_inputs_test {

using namespace rondo;
using namespace rondo::stack_internal;

namespace {

template <class Name, bool PerSequence = false, bool Symbol = false>
using one = layer_input<Name, PerSequence, Symbol>;
using x = one<decltype("x"_s)>;
using gap = one<decltype("gap"_s)>;
using below = one<decltype("below"_s)>;
using context = one<decltype("context"_s), true>;
using who = one<decltype("who"_s), true, true>;
using rate = one<decltype("rate"_s), true>;

using of_gapped = inputs_of_layer<bptt<test::gapped>>;
using of_skipping = inputs_of_layer<bptt<test::skipping>&>;
using of_speaking = inputs_of_layer<bptt<test::speaking>>;
using of_one = inputs_of_layer<bptt<test::beginning>>;

// Those of a run are the members of the struct, the per_sequence inputs last; a cell without names has one.
static_assert(std::is_same_v<of_gapped, input_list<true, x, gap>>);
static_assert(std::is_same_v<of_speaking, input_list<true, x, context, who, rate>>);
static_assert(std::is_same_v<of_one, one_input> && std::is_same_v<inputs_of_layer<int>, one_input>);
static_assert(inputs_of_layer<bptt<test::reading_symbols>>::first::is_symbol);

// Layers that follow each other: the first input of a later one is no input of all, and each name is there
// once.
template <class... L>
using in_sequence = typename inputs_in_sequence<L...>::type;
static_assert(std::is_same_v<in_sequence<of_one, of_one>, one_input>);
static_assert(std::is_same_v<in_sequence<of_one, of_gapped>, input_list<true, x, gap>>);
static_assert(std::is_same_v<in_sequence<of_gapped, of_one, of_gapped>, of_gapped>);
static_assert(std::is_same_v<in_sequence<of_gapped, of_skipping>, of_gapped>);  // x is taken by both
static_assert(std::is_same_v<in_sequence<of_one, of_skipping>, input_list<true, x>>);
static_assert(std::is_same_v<in_sequence<of_skipping, of_one>, input_list<true, below, x>>);
static_assert(
    std::is_same_v<in_sequence<of_gapped, of_speaking>, input_list<true, x, gap, context, who, rate>>);

// Layers side by side have one first input; one without a name takes that of the other.
template <class A, class B>
using side_by_side = typename inputs_side_by_side<A, B>::type;
static_assert(std::is_same_v<side_by_side<of_one, of_one>, one_input>);
static_assert(std::is_same_v<side_by_side<of_one, of_gapped>, of_gapped>);
static_assert(
    std::is_same_v<side_by_side<of_gapped, of_speaking>, input_list<true, x, gap, context, who, rate>>);

static_assert(std::is_same_v<inputs_of_steps<bptt<test::speaking>>, type_list<x>>);
static_assert(std::is_same_v<inputs_of_sequences<bptt<test::speaking>>, type_list<context, who, rate>>);

}  // namespace

}  // namespace layer_inputs_test
