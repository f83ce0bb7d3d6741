#include <rondo/time/segment_list.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

struct cut_chunks {
    chunk_list chunks;
    segment_list segments;

    template <class Lengths>
    cut_chunks(Lengths const& all, std::ptrdiff_t chunk_rows)
    {
        batch_lengths lengths;
        lengths.assign(all);
        chunks.form(lengths, chunk_rows);
    }
    /// Cuts, and checks that the chunks of every segment are apart in memory, and within its rows.
    void cut(std::ptrdiff_t count)
    {
        CAPTURE(count);
        segments.cut(chunks, count);
        CHECK(segments.size() <= count);
        CHECK(segments.first_chunk(0) == 0);
        CHECK(segments.first_chunk(segments.size()) == chunks.size());
        for (std::ptrdiff_t i = 0; i < segments.size(); ++i) {
            CHECK(chunks.starts_group(segments.first_chunk(i)));
            std::ptrdiff_t saved = 0;
            std::ptrdiff_t states = 0;
            for (std::size_t c = segments.first_chunk(i); c < segments.first_chunk(i + 1); ++c) {
                chunk const& here = chunks[c];
                CHECK(here.saved_row == saved);
                CHECK(here.state_row >= states);
                saved += here.rows();
                bool const shared =
                    c + 1 < segments.first_chunk(i + 1) && chunks.active_after(c) == here.batch;
                states = here.final_states() + (shared ? 0 : here.batch);
            }
            CHECK(saved <= segments.largest().saved);
            CHECK(states <= segments.largest().states);
        }
    }
};

}  // namespace

TEST_CASE("segment_list: segments consist of whole chunks, up to the given number, the first is the shortest")
{
    cut_chunks all(equal_lengths{.steps = 1000, .batch = 4}, 40);  // 100 chunks
    for (std::ptrdiff_t count : {1, 2, 3, 7, 33, 99, 100, 5000}) {
        all.cut(count);
        CHECK(all.segments.size() <= 100);
        segment_list const& s = all.segments;
        std::size_t const last = 100 - s.first_chunk(s.size() - 1);
        for (std::ptrdiff_t i = 1; i < s.size(); ++i) {
            CHECK(s.first_chunk(i + 1) - s.first_chunk(i) == last);
        }
        CHECK(s.first_chunk(1) <= last);
        CHECK(s.largest().steps == static_cast<std::ptrdiff_t>(last) * 10);
    }
    all.cut(1);
    CHECK(all.segments.largest() == rows_of_all({.steps = 1000, .batch = 4}));
}

TEST_CASE("segment_list: segments consist of whole accumulation groups")
{
    std::vector<std::ptrdiff_t> const lengths{3, 7, 1, 7, 4, 19, 2};
    for (std::ptrdiff_t rows : {8, 10}) {
        cut_chunks all(lengths_view(lengths), rows);
        for (std::ptrdiff_t count : {1, 2, 3, 4, 5, 6, 7, 8, 9, 50}) {
            all.cut(count);
        }
    }
}
