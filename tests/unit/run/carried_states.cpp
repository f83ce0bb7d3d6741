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
    load_states<lstm<>>(all.rows(), m.bound(), &given, 0, 3);
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
