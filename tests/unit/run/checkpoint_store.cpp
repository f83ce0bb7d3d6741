#include "unit/edge_cells.hpp"

#include <rondo/run/checkpoint_store.hpp>

#include <doctest/doctest.h>

#include <cstddef>

namespace checkpoint_store_test {

using namespace rondo;
using namespace rondo::exec_internal;
using tested = test::delay_line;  // two states

TEST_CASE("checkpoint_store: the last checkpoint before a segment is loaded, and later ones are dropped")
{
    sizes<tested> const bound(input{3});
    workspace<forward_exe<tested>, float> memory;
    memory.resize(bound, {.states = 2, .span = 1, .step = 1}, 0);
    state_view<tested, float> const states = states_of_workspace<tested>(memory, {.batch = 2});
    auto const set = [&](float value) {
        for (auto const& s : states.states) {
            s.row(0)[2] = value;
            s.row(1)[2] = value + 0.5F;
        }
    };
    auto const is = [&](float value) {
        return states[0].row(0)[2] == value && states[1].row(1)[2] == value + 0.5F;
    };
    auto const before = [&](std::ptrdiff_t) { return states; };
    checkpoint_store<tested, float> store;
    set(0);
    store.start(3, states);
    set(4);
    store.save(4, states);
    set(7);
    store.save(7, states);
    set(99);
    CHECK(store.load_before(9, before) == 7);
    CHECK(is(7));
    CHECK(store.load_before(6, before) == 4);
    CHECK(is(4));
    CHECK(store.next_before(6) > 4);
    CHECK(store.load_before(3, before) == 0);
    CHECK(is(0));
    set(2);
    store.save(2, states);
    CHECK(store.load_before(3, before) == 2);
    CHECK(is(2));
}

}  // namespace checkpoint_store_test
