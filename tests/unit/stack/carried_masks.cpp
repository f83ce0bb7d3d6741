#include <rondo/stack/carried_masks.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

namespace carried_masks_test {

using namespace rondo;
using namespace rondo::stack_internal;

namespace {

struct step {
    std::ptrdiff_t t, b;
    std::uint64_t draw;
    std::ptrdiff_t number;

    friend bool operator==(step const&, step const&) = default;
};

struct recorded {
    carried_masks masks{};
    std::uint64_t draw = 0;

    std::vector<step> window(std::vector<int> const& lengths, std::ptrdiff_t over = 4)
    {
        run_record run;
        exec_internal::array_rows<float> rows;
        xt::xtensor<float, 3> const x = xt::zeros<float>({std::size_t{2}, lengths.size(), std::size_t{1}});
        run.take(rows, x, lengths);
        masks.open(run, draw);
        std::vector<step> all;
        masks.for_each_step([&](auto t, auto b, auto const& p, auto n) { all.push_back({t, b, p.draw, n}); });
        draw += masks.keep(over) ? 1 : 0;
        return all;
    }
    std::vector<step> last(std::ptrdiff_t columns) const
    {
        std::vector<step> all;
        masks.for_each_step(columns, [&](auto t, auto b, auto const& p, auto n) {
            all.push_back({t, b, p.draw, n});
        });
        return all;
    }
};

}  // namespace

TEST_CASE("carried_masks: a sequence keeps its draw and counts its own steps until it begins anew")
{
    recorded r;
    CHECK(r.window({2, 0}) == std::vector<step>{{0, 0, 0, 0}, {1, 0, 0, 1}});
    CHECK(r.window({1, 2}) == std::vector<step>{{0, 0, 0, 2}, {0, 1, 1, 0}, {1, 1, 1, 1}});
    CHECK(r.draw == 2);
    r.masks.restart(0);
    CHECK(r.window({1, 1}) == std::vector<step>{{0, 0, 2, 0}, {0, 1, 1, 2}});
    CHECK(r.last(3) == std::vector<step>{{1, 0, 2, 0}, {1, 1, 1, 2}, {0, 1, 1, 1}});
    r.window({1, 1});
    CHECK(r.last(100).size() == 4);  // two windows are four columns
    r.masks.clear();
    CHECK(r.window({1}) == std::vector<step>{{0, 0, 3, 0}});
    CHECK(r.last(9).size() == 1);
}

}  // namespace carried_masks_test
