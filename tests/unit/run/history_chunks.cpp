#include <rondo/run/history_chunks.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <tuple>
#include <vector>

namespace history_chunks_test {

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

using list = std::vector<std::ptrdiff_t>;

struct recorded {
    history_chunks chunks{};
    std::vector<char> is_new = std::vector<char>(3, 0);

    void add(lengths_view lengths, std::ptrdiff_t columns)
    {
        history_chunks window;
        window.follow(chunks, lengths, columns, is_new);
        chunks.append(window);
    }
    list of(std::size_t c) const
    {
        auto const all = chunks.sequences(chunks.all()[c]);
        return {all.begin(), all.end()};
    }
};

}  // namespace

TEST_CASE("history_chunks: windows that all sequences take are one chunk")
{
    recorded r;
    r.add({}, 4);
    r.add({}, 2);
    r.add(list{3, 3, 3}, 3);
    REQUIRE(r.chunks.all().size() == 1);
    CHECK(r.chunks.columns() == 9);
    CHECK(r.chunks.rows() == 27);
    CHECK(r.chunks.states() == 30);
    r.is_new[1] = 1;
    r.add({}, 1);
    REQUIRE(r.chunks.all().size() == 2);
    CHECK(r.chunks.continues(r.chunks.all()[1], 0));
    CHECK(!r.chunks.continues(r.chunks.all()[1], 1));
    CHECK(r.chunks.all()[1].rows.state_row == 30);
}

TEST_CASE("history_chunks: a window is cut where a sequence ends")
{
    recorded r;
    r.add(list{4, 2, 3}, 4);
    r.add(list{4, 0, 4}, 4);
    r.add(list{2, 0, 2}, 2);  // continues the last chunk
    REQUIRE(r.chunks.all().size() == 4);
    CHECK(r.of(0) == list{0, 2, 1});
    CHECK(r.of(1) == list{0, 2});
    CHECK(r.of(2) == list{0});
    CHECK(r.of(3) == list{0, 2});
    CHECK(r.chunks.all()[1].column == 2);
    CHECK(r.chunks.all()[3].rows.steps == 6);
    CHECK(r.chunks.rows() == 9 + 12);
    CHECK(r.chunks.row_of_column(2) == 6);
    CHECK(r.chunks.row_of_column(5) == 11);
    std::vector<std::tuple<std::ptrdiff_t, std::ptrdiff_t, std::ptrdiff_t>> rows;
    r.chunks.for_each_row(9, [&](auto row, auto t, auto b) { rows.emplace_back(row, t, b); });
    CHECK(rows == decltype(rows){{19, 9, 0}, {20, 9, 2}});
}

TEST_CASE("history_chunks: columns are dropped with the steps that they have, which may be none")
{
    recorded r;
    r.add(list{4, 2, 3}, 4);
    r.add(list{0, 0, 0}, 4);
    r.add(list{1, 0, 1}, 2);
    chunk const front = r.chunks.drop(1);
    CHECK(front.saved_row == 3);
    CHECK(front.state_row == 3);
    CHECK(r.chunks.columns() == 9);
    CHECK(r.chunks.all()[0].rows.steps == 1);
    CHECK(r.chunks.all()[1].column == 1);
    CHECK(r.chunks.rows() == 8);
    r.chunks.drop(6);
    CHECK(r.chunks.all().size() == 1);
    CHECK(r.of(0) == list{0, 2});
    CHECK(r.chunks.all()[0].column == 1 - 0);
    r.chunks.drop(3);
    CHECK(r.chunks.rows() == 0);
    CHECK(r.chunks.states() == 0);
    CHECK(r.chunks.columns() == 0);
}

}  // namespace history_chunks_test
