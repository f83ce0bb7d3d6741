#include "unit/edge_cells.hpp"

#include <rondo/exec/state_view.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>

namespace state_view_test {

using namespace rondo;
using namespace rondo::exec_internal;
using tested = test::delay_line;  // two states of the input's dimension

namespace {

/// States whose entry (b, i) of state k is 100 k + 10 b + i.
states_of<tested, float> counting(sizes<tested> const& bound, std::size_t batch)
{
    states_of<tested, float> s;
    for (std::size_t k = 0; k < s.size(); ++k) {
        s[k].resize({batch, static_cast<std::size_t>(bound.of<input>())});
        for (std::size_t b = 0; b < batch; ++b) {
            for (std::size_t i = 0; i < s[k].shape()[1]; ++i) {
                s[k](b, i) = static_cast<float>(100 * k + 10 * b + i);
            }
        }
    }
    return s;
}

}  // namespace

TEST_CASE("state_view: states go in and come out, with rows padded by zeros")
{
    sizes<tested> const bound(input{3});
    workspace<forward_exe<tested>, float> memory;
    memory.resize(bound, {.states = 10, .span = 1, .step = 1}, 0);
    states_of<tested, float> const given = counting(bound, 4);
    state_view<tested, float> const view = states_of_workspace<tested>(memory, {.first = 5, .batch = 4});
    load_states<tested>(view, bound, &given, 0, 4);
    CHECK(view[1].row(2)[1] == 121);
    CHECK(view[1].row(2)[3] == 0);
    CHECK(view[1].row(2) == states_of_workspace<tested>(memory, {.batch = 4})[1].row(7));
    states_of<tested, float> found = counting(bound, 4);
    found[0].fill(0);
    found[1].fill(0);
    store_states<tested>(view, bound, found, 0, 4);
    CHECK(found == given);
    // Only some of them, and zeros.
    load_states<tested>(view, bound, nullptr, 1, 2);
    CHECK(view[0].row(0)[2] == 2);
    CHECK(view[0].row(1)[2] == 0);
    CHECK(view[0].row(2)[2] == 22);
}

TEST_CASE("state_view: a run's rows may be the caller's in another order")
{
    sizes<tested> const bound(input{3});
    workspace<forward_exe<tested>, float> memory;
    memory.resize(bound, {.states = 3, .span = 1, .step = 1}, 0);
    states_of<tested, float> const given = counting(bound, 3);
    std::array<std::ptrdiff_t, 3> const order{2, 0, 1};
    state_view<tested, float> const view = states_of_workspace<tested>(memory, {.batch = 3});
    load_states<tested>(view, bound, &given, 0, 3, order);
    CHECK(view[0].row(0)[0] == 20);
    CHECK(view[0].row(1)[0] == 0);
    states_of<tested, float> found = counting(bound, 3);
    found[0].fill(0);
    store_states<tested>(view, bound, found, 0, 1, order);
    CHECK(found[0](2, 1) == 21);
    CHECK(found[0](0, 1) == 0);
}

TEST_CASE("state_view: states are copied from rows to rows, to themselves too")
{
    sizes<tested> const bound(input{3});
    workspace<forward_exe<tested>, float> memory;
    memory.resize(bound, {.states = 4, .span = 1, .step = 1}, 0);
    states_of<tested, float> const given = counting(bound, 2);
    auto const at = [&](std::ptrdiff_t row) {
        return states_of_workspace<tested>(memory, {.first = row, .batch = 2});
    };
    load_states<tested>(at(0), bound, &given, 0, 2);
    copy_states<tested>(at(0), at(2), 2);
    copy_states<tested>(at(2), at(2), 2);
    CHECK(at(2)[1].row(1)[2] == 112);
    CHECK(at(0)[1].row(3)[2] == 112);
}

}  // namespace state_view_test
