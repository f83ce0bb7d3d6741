#include "unit/named_cells.hpp"
#include "unit/random_run.hpp"

#include <rondo/run/bptt.hpp>
#include <rondo/run/costs.hpp>
#include <rondo/run/input_selection.hpp>
#include <rondo/run/truncated_bptt.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace input_selection_test {

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

static_assert(inputs_named<test::observing>("gap"_s, "x"_s).inputs_of<test::observing>().has(0));
static_assert(!inputs_named<test::observing>("gap"_s, "x"_s).inputs_of<test::observing>().has(1));
static_assert(inputs_named<test::observing>("gap"_s, "x"_s).inputs_of<test::observing>().has(2));
static_assert(!inputs_named<test::observing>());
static_assert(input_selection(true) && !input_selection(false));

template <class Cell>
test::random_run<Cell, float> example()
{
    if constexpr (has_dimension<Cell, hidden>) {
        return {9, 4, 7, input{3}, output{4}, hidden{5}};
    } else {
        return {9, 4, 7, input{3}};
    }
}

/// @p all without entries in the gradients of the inputs that are not called @p name.
test::tensors of_input(test::tensors all, std::string const& name)
{
    for (test::named_tensor& t : all) {
        if (t.name.starts_with("gradient of the input") && t.name != "gradient of the input " + name) {
            t.entries.clear();
        }
    }
    return all;
}

/// Compares runs that compute the gradient of one input with runs that compute all.
template <class Cell, class Name>
void compare(Name name, test::random_run<Cell, float> const& with)
{
    std::string const wanted(Name::view());
    CAPTURE(wanted);
    input_selection const one = inputs_named(with.m, name);
    for (bool const frozen : {false, true}) {
        run_options whole{.chunk_rows = 8, .frozen = frozen};
        bptt all{with.m, whole};
        auto const expected = of_input(test::results_of(all, with), wanted);
        whole.input_gradient = one;
        bptt some{with.m, whole};
        CHECK(some.gives_input_gradient());
        CHECK(test::difference(test::results_of(some, with), expected) == 0);
        whole.memory = plan_memory(with.m, 9, 4, whole).bytes - 1;
        bptt tight{with.m, whole};
        CHECK(test::difference(test::results_of(tight, with), expected) == 0);
    }
    std::vector<int> const lengths{9, 2, 5, 9};
    bptt all{with.m};
    bptt some{with.m, {.input_gradient = one}};
    all.forward(with.x, {.lengths = lengths});
    some.forward(with.x, {.lengths = lengths});
    auto const of_lengths = of_input(test::tensors_of(all.backward(with.dy)), wanted);
    CHECK(test::difference(test::tensors_of(some.backward(with.dy)), of_lengths) == 0);

    truncated_bptt cut{with.m, {.every = 9, .over = 12}, {.chunk_rows = 8}};
    truncated_bptt cut_some{with.m, {.every = 9, .over = 12}, {.chunk_rows = 8, .input_gradient = one}};
    cut_some.prepare(4);
    cut.forward(with.x);
    cut_some.forward(with.x);
    auto const truncated = of_input(test::tensors_of(cut.backward(with.dy)), wanted);
    CHECK(test::difference(test::tensors_of(cut_some.backward(with.dy)), truncated) == 0);
}

}  // namespace

TEST_CASE("input_selection: the gradients of some inputs do not change the others")
{
    auto const with = example<test::observing>();
    compare<test::observing>("x"_s, with);
    compare<test::observing>("mask"_s, with);
    compare<test::observing>("gap"_s, with);
}

TEST_CASE("input_selection: of an input without a gradient, and of gradients that one stage computes")
{
    compare<test::ignoring>("ignored"_s, example<test::ignoring>());
    auto const with = example<test::amplifying_both>();
    compare<test::amplifying_both>("x"_s, with);
    compare<test::amplifying_both>("added"_s, with);
}

TEST_CASE("input_selection: what is left out takes no memory")
{
    auto const with = example<test::observing>();
    std::size_t const all = plan_memory(with.m, 9, 4).bytes;
    run_options const of_number{.input_gradient = inputs_named(with.m, "gap"_s)};
    CHECK(plan_memory(with.m, 9, 4, of_number).bytes < all - 9 * 4 * (3 + 4) * sizeof(float));
    CHECK(training_bytes(with.m, {.steps = 9, .batch = 4, .input_gradient = of_number.input_gradient}) <
          training_bytes(with.m, {.steps = 9, .batch = 4}));
}

TEST_CASE("input_selection: names of another cell are refused")
{
    auto const with = example<test::observing>();
    CHECK_THROWS_WITH_AS((bptt{with.m, {.input_gradient = inputs_named<test::ignoring>("used"_s)}}),
                         "rondo: run_options::input_gradient: expected inputs of the cell of this run; found "
                         "inputs_named() for another cell",
                         input_error);
}

}  // namespace input_selection_test
