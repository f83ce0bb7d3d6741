#include <rondo/time/checkpoint_schedule.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <map>
#include <utility>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

/// The fewest segments to recompute, by trying all positions of the next checkpoint.
std::ptrdiff_t fewest(std::ptrdiff_t segments, std::ptrdiff_t checkpoints)
{
    static std::map<std::pair<std::ptrdiff_t, std::ptrdiff_t>, std::ptrdiff_t> known;
    if (checkpoints == 1) {
        return segments * (segments - 1) / 2;
    }
    std::ptrdiff_t& best = known[{segments, checkpoints}];
    if (best == 0 && segments > 1) {
        best = std::numeric_limits<std::ptrdiff_t>::max();
        for (std::ptrdiff_t m = 1; m < segments; ++m) {
            best = std::min(best, m + fewest(segments - m, checkpoints - 1) + fewest(m, checkpoints));
        }
    }
    return best;
}

}  // namespace

TEST_CASE("checkpoint_schedule: recomputes the fewest segments of all schedules")
{
    for (std::ptrdiff_t segments = 1; segments < 60; ++segments) {
        for (std::ptrdiff_t checkpoints = 1; checkpoints < 10; ++checkpoints) {
            CAPTURE(segments);
            CAPTURE(checkpoints);
            std::vector<bool> is_there(static_cast<std::size_t>(segments), false);
            is_there[0] = true;
            checkpoint_schedule s;
            s.start(checkpoints);
            std::ptrdiff_t again = 0;
            for (std::ptrdiff_t i = segments; i-- > 0;) {
                std::ptrdiff_t at = s.last_before(i);
                REQUIRE(at <= i);
                REQUIRE(is_there[static_cast<std::size_t>(at)]);
                while (at < i) {
                    std::ptrdiff_t const next = s.next_before(i);
                    REQUIRE(next > at);
                    REQUIRE(next <= i);
                    again += next - at;
                    at = next;
                    if (at < i) {
                        s.put(at);
                        is_there[static_cast<std::size_t>(at)] = true;
                        REQUIRE(s.last_index() < checkpoints);
                    }
                }
            }
            CHECK(s.last_before(0) == 0);
            CHECK(again == fewest(segments, checkpoints));
            CHECK(again == least_advances(segments, checkpoints));
        }
    }
}

TEST_CASE("checkpoint_schedule: the numbers of the paper")
{
    // Ten checkpoints and four repetitions reach over a thousand and one segments.
    CHECK(reachable_segments(10, 4, 1 << 20) == 1001);
    CHECK(reachable_segments(3, -1, 1 << 20) == 0);
    CHECK(reachable_segments(40, 40, 1000) == 1000);
    CHECK(repetitions(1001, 10) == 4);
    CHECK(repetitions(1002, 10) == 5);
    CHECK(repetitions(1, 1) == 0);
    CHECK(least_advances(1, 1) == 0);
    CHECK(least_advances(5, 4) == 4);
    CHECK(least_advances(5, 1) == 10);
}

TEST_CASE("checkpoint_schedule: the recomputed rows are those that a run over the schedule counts")
{
    for (std::ptrdiff_t segments = 1; segments < 40; ++segments) {
        // Segments of different rows.
        auto const rows_before = [](std::ptrdiff_t i) { return i * 10 + i * i; };
        for (std::ptrdiff_t checkpoints = 1; checkpoints < 45; ++checkpoints) {
            CAPTURE(segments);
            CAPTURE(checkpoints);
            checkpoint_schedule s;
            s.start(checkpoints);
            std::ptrdiff_t rows = 0;
            for (std::ptrdiff_t i = segments; i-- > 0;) {
                for (std::ptrdiff_t at = s.last_before(i); at < i;) {
                    std::ptrdiff_t const next = s.next_before(i);
                    rows += rows_before(next) - rows_before(at);
                    at = next;
                    if (at < i) {
                        s.put(at);
                    }
                }
            }
            CHECK(recomputed_rows(0, segments, checkpoints - 1, rows_before) == rows);
        }
    }
    auto const one_each = [](std::ptrdiff_t i) { return i; };
    // Deep enough to detect unbounded recursion.
    CHECK(recomputed_rows(0, 300'000, 299'998, one_each) == 299'999);
}
