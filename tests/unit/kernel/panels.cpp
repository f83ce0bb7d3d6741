#include "unit/edge_cells.hpp"
#include "unit/sample_cells.hpp"

#include <rondo/cell/lstm.hpp>
#include <rondo/kernel/panels.hpp>
#include <rondo/model/parameters.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

namespace panels_test {

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

/// All entries of all parameters are different and not zero.
template <class Cell, class T>
parameters<Cell, T> numbered(sizes<Cell> const& bound)
{
    parameters<Cell, T> p(bound);
    T n = 1;
    for (std::size_t i = 0; i < p.count; ++i) {
        for (T& v : p.entries(i)) {
            v = n++;
        }
    }
    return p;
}

/// Packs a stage. Then: each entry of each of its factors is in the panels exactly once for every
/// factor that it belongs to, nothing else but zeros is, and no entry of memory beyond is touched.
template <class Stage, class T, class Cell>
void check_stage(sizes<Cell> const& bound, parameters<Cell, T> const& p)
{
    using layout = panel_layout<Stage>;
    std::array<T const*, parameters<Cell, T>::count + 1> data{};
    std::vector<T> expected;
    for (std::size_t i = 0; i < p.count; ++i) {
        data[i] = p.entries(i).data();
    }
    int factors = 0;
    for (product_group const& group : layout::groups) {
        CHECK(group.count >= 1);
        CHECK(group.count <= blocking::nr);
        CHECK(group.first_accumulator + group.count <= layout::accumulators);
        for (int i = 0; i < group.count; ++i, ++factors) {
            factor const& f = Stage::exe::schedule.factors[static_cast<std::size_t>(group.first_factor + i)];
            CHECK(f.into == group.first_accumulator + i);
            auto const e = p.entries(static_cast<std::size_t>(f.parameter));
            expected.insert(expected.end(), e.begin(), e.end());
            auto const shape = p.info(static_cast<std::size_t>(f.parameter)).shape;
            CHECK(bound[f.transposed ? shape.columns() : shape.rows()] == bound[Stage::what.shape.rows()]);
            CHECK(bound[f.transposed ? shape.rows() : shape.columns()] == layout::k_size(group, bound));
        }
    }
    int in_segments = 0;
    for (int s = Stage::what.segments.begin; s < Stage::what.segments.end; ++s) {
        in_segments += Stage::exe::schedule.segments[static_cast<std::size_t>(s)].factors.size();
    }
    CHECK(factors == in_segments);

    auto const room = static_cast<std::size_t>(layout::template entries<T>(bound));
    aligned_vector<T> panels(room + 8, T(-1));
    pack_panels<Stage, T>(data, bound, panels.data());
    CHECK(std::all_of(panels.begin() + static_cast<std::ptrdiff_t>(room), panels.end(),
                      [](T v) { return v == T(-1); }));
    panels.resize(room);
    std::vector<T> packed;
    std::copy_if(panels.begin(), panels.end(), std::back_inserter(packed), [](T v) { return v != T(0); });
    std::sort(packed.begin(), packed.end());
    std::sort(expected.begin(), expected.end());
    CHECK(packed == expected);
}

template <class Cell, class T, dimension_name... D>
void check_cell(D... dimensions)
{
    sizes<Cell> const bound(dimensions...);
    auto const p = numbered<Cell, T>(bound);
    auto const each_stage = [&]<class Exe, std::size_t... S>(Exe, std::index_sequence<S...>) {
        (check_stage<stage_exe<Exe, S>, T>(bound, p), ...);
    };
    each_stage(forward_exe<Cell>{}, std::make_index_sequence<forward_exe<Cell>::schedule.stages.size()>{});
    each_stage(backward_exe<Cell>{}, std::make_index_sequence<backward_exe<Cell>::schedule.stages.size()>{});
}

}  // namespace

TEST_CASE_TEMPLATE("panels: every weight once for each factor, zeros beyond", T, float, double)
{
    constexpr auto w = static_cast<std::size_t>(lane_count<T>);
    for (auto const& [i, h] : std::vector<std::pair<std::size_t, std::size_t>>{
             {1, 1}, {3, 5}, {w, w}, {w - 1, w + 1}, {2, 5 * w + 3}}) {
        CAPTURE(i);
        CAPTURE(h);
        check_cell<lstm<>, T>(input{i}, hidden{h});
        check_cell<test::crowded, T>(input{i}, hidden{h});
        check_cell<test::attending, T>(input{i}, hidden{h}, test::attention{i + 1}, output{h + 2});
    }
}

TEST_CASE("panels: the gates of one block of features stand side by side")
{
    // The stage in the loop of an LSTM: four products with the state, in the order of the gates.
    using exe = forward_exe<lstm<>>;
    constexpr std::size_t in_loop = [] {
        std::size_t s = 0;
        while (!exe::schedule.stages[s].where.is_loop) {
            ++s;
        }
        return s;
    }();
    using stage_type = stage_exe<exe, in_loop>;
    using layout = panel_layout<stage_type>;
    CHECK(layout::accumulators == 4);
    CHECK(layout::blocks == 1);
    REQUIRE(layout::groups.front().count == std::min(4, blocking::nr));

    std::size_t const h = static_cast<std::size_t>(lane_count<float>) + 2;
    sizes<lstm<>> const bound(input{3}, hidden{h});
    auto const p = numbered<lstm<>, float>(bound);
    std::array<float const*, parameters<lstm<>, float>::count + 1> data{};
    for (std::size_t i = 0; i < p.count; ++i) {
        data[i] = p.entries(i).data();
    }
    aligned_vector<float> panels(static_cast<std::size_t>(layout::entries<float>(bound)));
    pack_panels<stage_type, float>(data, bound, panels.data());
    auto const w = static_cast<std::size_t>(lane_count<float>);
    std::size_t next = 0;
    auto const check_row = [&](product_group const& group, std::size_t block, std::size_t k) {
        for (int gate = 0; gate < group.count; ++gate) {
            factor const& f = exe::schedule.factors[static_cast<std::size_t>(group.first_factor + gate)];
            for (std::size_t feature = block * w; feature < (block + 1) * w; ++feature) {
                REQUIRE(
                    panels[next++] ==
                    (feature < h ? p.entries(static_cast<std::size_t>(f.parameter))[feature * h + k] : 0.0F));
            }
        }
    };
    for (std::size_t block = 0; block < 2; ++block) {
        for (product_group const& group : layout::groups) {
            for (std::size_t k = 0; k < h; ++k) {
                check_row(group, block, k);
            }
        }
    }
    CHECK(next == panels.size());
}

}  // namespace panels_test
