#include <rondo/cell/lstm.hpp>
#include <rondo/model/model.hpp>
#include <rondo/run/carried_states.hpp>
#include <rondo/sequence/caller_states.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>

using namespace rondo;
using namespace rondo::exec_internal;

TEST_CASE("carried_states: a chunk takes the rows of its sequences and puts them back")
{
    model<lstm<>, float> const m{input{2}, hidden{5}};
    states_of<lstm<>, float> given = m.zero_states(3);
    for (std::size_t b = 0; b < 3; ++b) {
        given[1](b, 4) = static_cast<float>(b + 1);
    }
    carried_states<lstm<>, float> all, chunk;
    all.start(m.bound(), 3);
    CHECK(all.rows()[1].row(2)[4] == 0);
    all.load(m.bound(), &given);
    chunk.start(m.bound(), 2);
    std::array<std::ptrdiff_t, 2> const sequences{2, 0};
    all.take(sequences, chunk.rows());
    CHECK(chunk.rows()[1].row(0)[4] == 3);
    CHECK(chunk.rows()[1].row(1)[4] == 1);
    chunk.rows()[1].row(0)[4] = 7;
    all.put(sequences, chunk.rows());
    CHECK(all.rows()[1].row(2)[4] == 7);
    CHECK(all.rows()[1].row(1)[4] == 2);
    all.start(m.bound(), 1);
    CHECK(all.rows()[1].row(0)[4] == 0);
}

TEST_CASE("carried_states: the caller's states, of all sequences or of one")
{
    model<lstm<>, float> const m{input{2}, hidden{5}};
    states_of<lstm<>, float> given = m.zero_states(3), one = m.zero_states(1), found;
    given[1](2, 4) = 3;
    one[1](0, 4) = 7;
    carried_states<lstm<>, float> all;
    all.start(m.bound(), 3);
    all.load(m.bound(), &given);
    all.load(m.bound(), 1, &one);
    all.store(m.bound(), found);
    given[1](1, 4) = 7;
    CHECK(found == given);
    all.load(m.bound(), 2, nullptr);
    CHECK(all.rows()[1].row(2)[4] == 0);
    CHECK(all.rows()[1].row(1)[4] == 7);
    all.load(m.bound(), nullptr);
    all.store(m.bound(), found);
    CHECK(found == m.zero_states(3));
}
