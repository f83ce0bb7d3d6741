#include <rondo/time/timeline.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

std::ptrdiff_t steps_of(timeline const& t)
{
    std::ptrdiff_t n = 0;
    for (chunk const& s : t.chunks()) {
        n += s.steps;
    }
    return n;
}

/// Whether the places of all stretches of every segment are apart, and within its room.
void check_places(timeline const& t)
{
    for (std::ptrdiff_t i = 0; i < t.segments(); ++i) {
        std::ptrdiff_t kept = 0;
        std::ptrdiff_t states = 0;
        for (std::size_t s = t.begin_of(i); s < t.begin_of(i + 1); ++s) {
            chunk const& here = t.chunks()[s];
            CHECK(here.saved_row == kept);
            CHECK(here.state_row >= states);
            kept += here.rows();
            bool const shared = s + 1 < t.begin_of(i + 1) && t.going_on(s) == here.batch;
            states = here.final_states() + (shared ? 0 : here.batch);
        }
        CHECK(kept <= t.room().saved);
        CHECK(states <= t.room().carried);
    }
}

}  // namespace

TEST_CASE("timeline: sequences of one length are cut into stretches of about so many rows")
{
    timeline t;
    t.set(23, 4, 20);
    t.cut(1);
    REQUIRE(t.chunks().size() == 5);
    CHECK(t.chunks()[3].steps == 5);
    CHECK(t.chunks()[4].steps == 3);
    CHECK(t.chunks()[4].data_row == 80);
    CHECK(t.rows() == 92);
    CHECK(t.steps() == 23);
    CHECK(t.most_rows() == 20);
    CHECK(t.most_states() == 24);
    CHECK(t.sorted_indices().empty());
    CHECK(t.segments() == 1);
    CHECK(t.room().saved == 92);
    CHECK(t.room().carried == 96);  // states stand one after the other
    check_places(t);
    t.set(3, 100, 20);
    CHECK(t.chunks().size() == 3);
}

TEST_CASE("timeline: a chunk ends where a sequence ends")
{
    timeline t;
    std::vector<std::ptrdiff_t> const lengths{3, 7, 1, 7, 4};
    t.set(lengths, 8);
    t.cut(1);
    CHECK(std::ranges::equal(t.sorted_indices(), std::vector<std::ptrdiff_t>{1, 3, 4, 0, 2}));
    CHECK(t.steps() == 7);
    CHECK(t.batch() == 5);
    CHECK(t.rows() == 22);
    std::vector<chunk> const expected{{1, 5}, {2, 4}, {1, 3}, {3, 2}};
    REQUIRE(t.chunks().size() == expected.size());
    std::ptrdiff_t row = 0;
    for (std::size_t s = 0; s < expected.size(); ++s) {
        CHECK(t.chunks()[s].steps == expected[s].steps);
        CHECK(t.chunks()[s].batch == expected[s].batch);
        CHECK(t.chunks()[s].data_row == row);
        CHECK(t.going_on(s) == (s + 1 < expected.size() ? expected[s + 1].batch : 0));
        row += expected[s].rows();
    }
    check_places(t);
}

TEST_CASE("timeline: short stretches form groups, and segments are whole groups")
{
    timeline t;
    std::vector<std::ptrdiff_t> const lengths{3, 7, 1, 7, 4, 19, 2};
    t.set(lengths, 10);
    // Rows: 7, 6, 5, 4, 9, 10 and 2.
    std::vector<bool> const begins{true, true, true, false, true, true, true};
    REQUIRE(t.chunks().size() == begins.size());
    for (std::size_t s = 0; s < begins.size(); ++s) {
        CHECK(t.begins_group(s) == begins[s]);
    }
    CHECK(t.most_gathered() == 9);
    for (std::ptrdiff_t pieces = 1; pieces < 10; ++pieces) {
        t.cut(pieces);
        for (std::ptrdiff_t i = 0; i < t.segments(); ++i) {
            CHECK(t.begins_group(t.begin_of(i)));
        }
    }
    t.set(23, 4, 20);
    CHECK(t.most_gathered() == 0);
}

TEST_CASE("timeline: segments are whole stretches, at most so many, the first the shortest")
{
    timeline t;
    t.set(1000, 4, 40);  // 100 stretches
    for (std::ptrdiff_t pieces : {1, 2, 3, 7, 33, 99, 100, 5000}) {
        CAPTURE(pieces);
        t.cut(pieces);
        CHECK(t.segments() <= pieces);
        CHECK(t.segments() <= 100);
        CHECK(t.begin_of(0) == 0);
        CHECK(t.begin_of(t.segments()) == 100);
        check_places(t);
        std::size_t const last = 100 - t.begin_of(t.segments() - 1);
        for (std::ptrdiff_t i = 1; i < t.segments(); ++i) {
            CHECK(t.begin_of(i + 1) - t.begin_of(i) == last);
        }
        CHECK(t.begin_of(1) <= last);
        CHECK(t.room().steps == static_cast<std::ptrdiff_t>(last) * 10);
    }
    CHECK(steps_of(t) == 1000);
    std::vector<std::ptrdiff_t> const lengths{3, 7, 1, 7, 4, 19, 2};
    t.set(lengths, 8);
    for (std::ptrdiff_t pieces : {1, 2, 3, 4, 50}) {
        t.cut(pieces);
        CHECK(t.segments() <= pieces);
        check_places(t);
    }
}
