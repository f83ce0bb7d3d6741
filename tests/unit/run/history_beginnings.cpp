#include <rondo/run/history_beginnings.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <utility>
#include <vector>

namespace history_beginnings_test {

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

using list = std::vector<std::ptrdiff_t>;

/// Windows of two columns, with their beginnings.
struct recorded {
    history_chunks chunks{};
    history_beginnings all{};
    std::vector<std::pair<std::ptrdiff_t, std::ptrdiff_t>> moves{};

    recorded() { all.start(3, true); }
    history_chunks window(list const& lengths) const
    {
        history_chunks w;
        w.follow(chunks, lengths, 2, std::vector<char>(3, 0));
        return w;
    }
    std::ptrdiff_t add(list const& lengths)
    {
        history_chunks const w = window(lengths);
        std::ptrdiff_t const first = all.follow(w);
        all.keep();
        chunks.append(w);
        return first;
    }
    void drop(std::ptrdiff_t columns)
    {
        chunks.drop(columns);
        all.drop(columns, [&](std::ptrdiff_t from, std::ptrdiff_t to) { moves.emplace_back(from, to); });
    }
};

}  // namespace

TEST_CASE("history_beginnings: a sequence begins with its first step")
{
    recorded r;
    CHECK(r.all.batch() == 3);
    CHECK(r.all.rows() == 0);
    CHECK(r.all.latest(1) == beginning::none);
    CHECK(r.add({2, 0, 1}) == 0);
    CHECK(r.all.rows() == 2);
    CHECK(r.all.latest(2) == 1);
    CHECK(r.all[1].sequence == 2);
    CHECK(!r.all.begins_next(0));
    CHECK(r.all.begins_next(1));
    CHECK(r.add({1, 2, 0}) == 2);
    CHECK(r.all[2].sequence == 1);
    CHECK(r.all[2].column == 2);
    CHECK(r.all.starts_at(2, 2));
    CHECK(!r.all.starts_at(2, 3));
    CHECK(r.all.rows() == 3);
    r.all.clear();
    CHECK(r.all.batch() == 0);
    CHECK(r.all.begins_next(0));
}

TEST_CASE("history_beginnings: each step belongs to one of those of its sequence")
{
    recorded r;
    r.add({2, 2, 2});
    r.all.restart(1, false);
    CHECK(r.all.latest(1) == 1);  // until its next step
    r.add({2, 0, 2});
    r.add({2, 2, 2});
    CHECK(r.all.latest(1) == 3);
    CHECK(r.all[3].before == 1);
    CHECK(!r.all.starts_at(3, 4));
    CHECK(r.all.row_at(1, 1) == 1);
    CHECK(r.all.row_at(1, 3) == 1);
    CHECK(r.all.row_at(1, 4) == 3);
    CHECK(r.all.row_at(0, 4) == 0);
    r.all.restart(2, true);
    r.all.restart_all();
    CHECK(r.add({1, 1, 1}) == 4);
    CHECK(!r.all.starts_at(4, 6));
    CHECK(r.all.starts_at(6, 6));  // it was to begin with start() already
}

TEST_CASE("history_beginnings: those of a window that is not kept have not happened")
{
    recorded r;
    r.add({2, 2, 0});
    r.all.restart(0, false);
    CHECK(r.all.follow(r.window({2, 2, 2})) == 2);
    CHECK(r.all.rows() == 4);
    CHECK(r.all.begins_next(0));
    CHECK(r.all.follow(r.window({0, 2, 2})) == 2);
    CHECK(r.all.rows() == 3);
    CHECK(r.all.latest(0) == 0);
    CHECK(r.all.latest(2) == 2);
    r.drop(1);
    CHECK(r.all.rows() == 2);
    CHECK(r.all.latest(2) == beginning::none);
}

TEST_CASE("history_beginnings: those without steps are dropped, except the last of each sequence")
{
    recorded r;
    r.add({2, 2, 2});
    r.all.restart(0, true);
    r.add({2, 0, 2});
    r.all.restart(0, true);
    r.all.restart(2, true);
    r.add({2, 0, 2});
    CHECK(r.all.rows() == 6);  // of sequences 0, 1, 2, 0, 0, 2
    r.drop(1);
    CHECK(r.all.rows() == 6);
    CHECK(r.all.row_at(0, 0) == 0);
    CHECK(r.all[0].column == -1);
    CHECK(!r.all.starts_at(0, 0));
    r.drop(1);  // the first of sequence 0
    CHECK(r.all.rows() == 5);
    CHECK(r.all.starts_at(r.all.row_at(0, 1), 0));
    CHECK(r.all[r.all.row_at(2, 1)].column == -2);
    r.moves.clear();
    r.drop(2);  // the second, and the first of sequence 2
    using pairs = std::vector<std::pair<std::ptrdiff_t, std::ptrdiff_t>>;
    CHECK(r.moves == pairs{{3, 1}, {4, 2}});
    CHECK(r.all.rows() == 3);
    CHECK(r.all.latest(0) == 1);
    CHECK(r.all.latest(1) == 0);  // which has no steps any more
    CHECK(r.all.latest(2) == 2);
    CHECK(r.all[1].before == beginning::none);
    r.drop(2);
    CHECK(r.all.rows() == 3);
}

}  // namespace history_beginnings_test
