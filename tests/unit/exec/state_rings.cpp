#include <rondo/exec/state_rings.hpp>
#include <rondo/lang/cell.hpp>

#include <doctest/doctest.h>

#include <cstddef>

namespace state_rings_test {

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

struct comb {
    constexpr auto operator()(vec<input> x, delayed<3, vec<input>> y, vec<input> last) const
    {
        return next{x + y, x - last};
    }
};

}  // namespace

TEST_CASE("state_rings: a step reads the oldest slot and writes the free one")
{
    sizes<comb> const bound(input{1});
    workspace<kernel_internal::inference_exe<comb>, double> memory;
    memory.resize(bound, {.states = 4, .histories = 2, .span = 2, .step = 2}, 0);
    state_rings<comb, double> rings;
    rings.start(memory, 2);
    states_of<comb, double> states;
    states[0] = {{1, 2, 3}, {10, 20, 30}};
    states[1] = {{7}, {8}};
    load_states<comb>(rings.restart(memory), bound, &states, 0, 2);
    for (int t = 4; t < 20; ++t) {
        auto const& oldest = memory.array_of(storage::carried_in, 0);
        auto const& free = memory.array_of(storage::carried_out, 0);
        CHECK(oldest.row(0)[0] == t - 3);
        CHECK(oldest.row(1)[0] == 10 * (t - 3));
        free.row(0)[0] = t;
        free.row(1)[0] = 10 * t;
        memory.array_of(storage::carried_out, 1).row(0)[0] = t;
        rings.advance(memory);
        states_of<comb, double> now = states;
        rings.store(memory, bound, now);
        for (std::size_t j = 0; j < 3; ++j) {
            CHECK(now[0](0, j) == t - 2 + static_cast<int>(j));
            CHECK(now[0](1, j) == 10 * now[0](0, j));
        }
        CHECK(now[1](0, 0) == t);
        if (t % 6 == 1) {
            load_states<comb>(rings.restart(memory), bound, &now, 0, 2);
        }
    }
}

}  // namespace state_rings_test
