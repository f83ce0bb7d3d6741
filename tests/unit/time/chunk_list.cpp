#include <rondo/time/chunk_list.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

template <class Lengths>
chunk_list chunks_of(Lengths const& all, std::ptrdiff_t chunk_rows)
{
    batch_lengths lengths;
    lengths.assign(all);
    chunk_list chunks;
    chunks.form(lengths, chunk_rows);
    return chunks;
}

}  // namespace

TEST_CASE("chunk_list: sequences of one length are cut into chunks of about the given rows")
{
    chunk_list const c = chunks_of(equal_lengths{.steps = 23, .batch = 4}, 20);
    REQUIRE(c.size() == 5);
    CHECK(c[3].steps == 5);
    CHECK(c[4].steps == 3);
    CHECK(c[4].data_row == 80);
    CHECK(c.rows() == 92);
    CHECK(c.active_after(3) == 4);
    CHECK(c.active_after(4) == 0);
    CHECK(c.extents() == chunk_extents{.batch = 4, .rows = 20, .states = 24, .group_rows = 0});
    CHECK(c.bytes() == 5 * (sizeof(chunk) + 1));
    CHECK(chunks_of(equal_lengths{.steps = 3, .batch = 100}, 20).size() == 3);
}

TEST_CASE("chunk_list: the extents and rows of sequences of one length are known without the chunks")
{
    for (std::ptrdiff_t steps = 1; steps < 30; ++steps) {
        for (std::ptrdiff_t batch = 1; batch < 8; ++batch) {
            for (std::ptrdiff_t rows : {1, 7, 20, 500}) {
                equal_lengths const all{.steps = steps, .batch = batch};
                chunk_list c = chunks_of(all, rows);
                CHECK(c.extents() == extents_of(all, rows));
                CHECK(c.place(0, c.size()) == rows_of_all(all));
            }
        }
    }
}

TEST_CASE("chunk_list: a chunk ends where a sequence ends")
{
    std::vector<std::ptrdiff_t> const lengths{3, 7, 1, 7, 4};
    chunk_list const c = chunks_of(lengths_view(lengths), 8);
    CHECK(c.rows() == 22);
    std::vector<chunk> const expected{{.steps = 1, .batch = 5},
                                      {.steps = 2, .batch = 4},
                                      {.steps = 1, .batch = 3},
                                      {.steps = 3, .batch = 2}};
    REQUIRE(c.size() == expected.size());
    std::ptrdiff_t row = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(c[i].steps == expected[i].steps);
        CHECK(c[i].batch == expected[i].batch);
        CHECK(c[i].data_row == row);
        CHECK(c.active_after(i) == (i + 1 < expected.size() ? expected[i + 1].batch : 0));
        row += expected[i].rows();
    }
}

TEST_CASE("chunk_list: short chunks form groups that have no more rows than the largest chunk")
{
    std::vector<std::ptrdiff_t> const lengths{3, 7, 1, 7, 4, 19, 2};
    chunk_list const c = chunks_of(lengths_view(lengths), 10);
    // Rows: 7, 6, 5, 4, 9, 10 and 2.
    std::vector<bool> const starts{true, true, true, false, true, true, true};
    REQUIRE(c.size() == starts.size());
    for (std::size_t i = 0; i < starts.size(); ++i) {
        CHECK(c.starts_group(i) == starts[i]);
    }
    CHECK(c.extents().group_rows == 9);
}

TEST_CASE("chunk_list: chunks of a segment follow each other in memory, and share states if they can")
{
    std::vector<std::ptrdiff_t> const lengths{9, 8, 5, 3};
    chunk_list c = chunks_of(lengths_view(lengths), 8);  // 2 × 4, 1 × 4, 2 × 3, 3 × 2 and 1 × 1 rows
    REQUIRE(c.size() == 5);
    segment_rows const taken = c.place(0, 3);
    CHECK(c[1].saved_row == 8);
    CHECK(c[1].state_row == 8);  // the states after the first chunk
    CHECK(c[2].saved_row == 12);
    CHECK(c[2].state_row == 16);  // behind those: a sequence has ended
    CHECK(taken == segment_rows{.saved = 18, .states = 25, .steps = 5, .histories = 7});
    c.place(3, 5);
    CHECK(c[3].saved_row == 0);
    CHECK(c[3].state_row == 0);
}
