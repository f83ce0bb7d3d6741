#include "unit/checked_cell.hpp"
#include "unit/edge_cells.hpp"
#include "unit/sample_cells.hpp"
#include "unit/stage_memory.hpp"

#include <rondo/cell/min_gru.hpp>
#include <rondo/cell/sru.hpp>
#include <rondo/kernel/scan_stage.hpp>
#include <rondo/model/xtensor.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <type_traits>

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

constexpr auto vector_size = static_cast<std::size_t>(lane_count<double>);

/// Two states in one cycle without products, one of them read before and after it changes.
struct rotation {
    weight<hidden> cosine, sine;
    bias<hidden> b;
    RONDO_MEMBERS(cosine, sine, b);

    constexpr auto operator()(vec<hidden> x, vec<hidden> a, vec<hidden> c) const
    {
        auto a_next = cosine * a - sine * c + x;
        return next{a_next, tanh(sine * a_next + cosine * c + b)}.output(a_next - a * c);
    }
};

/// A decay and a rotation that are functions of parameters alone, and a function that is not.
struct damped {
    weight<hidden> angle, damping;
    weight<> power;
    RONDO_MEMBERS(angle, damping, power);

    constexpr auto operator()(vec<hidden> x, vec<hidden> a, vec<hidden> c) const
    {
        auto decay = pow(exp(-softplus(damping)), 1.5 + square(power));
        return next{decay * (cos(angle) * a - sin(angle) * c) + x * (1 - decay),
                    decay * (sin(angle) * a + cos(angle) * c) + tanh(angle * x)};
    }
};

/// Runs the parts of a piece of work sequentially, the last one first.
class reversed_team final : public thread_pool {
   public:
    std::ptrdiff_t count() const noexcept override { return 3; }
    void run(std::ptrdiff_t parts, part_function f) override
    {
        while (parts > 0) {
            f(--parts);
        }
    }
};

/// A state that goes through many functions.
template <int Count>
struct chained {
    weight<hidden> decay;
    RONDO_MEMBERS(decay);

    constexpr auto operator()(vec<hidden> x, vec<hidden> h) const
    {
        auto a = decay * h + x;
        for (int i = 0; i < Count; ++i) {
            a = tanh(a) + 0.25 * x;
        }
        return next{a};
    }
};

/// The number of scans of a schedule.
constexpr int scans_of(schedule const& s)
{
    int n = 0;
    for (stage const& st : s.stages) {
        n += st.kind == stage_kind::scan;
    }
    return n;
}

}  // namespace

static_assert(scans_of(compiled<min_gru<>>::forward_schedule) == 1);
static_assert(scans_of(compiled<min_gru<>>::inference_schedule) == 0);  // a stream has no time to scan
static_assert(scans_of(compiled<min_gru<>>::backward_schedule) == 1);
static_assert(scans_of(compiled<rotation>::forward_schedule) == 1);
static_assert(scans_of(compiled<lstm<>>::forward_schedule) == 0);

TEST_CASE("scan_stage: each step stores what the stage's formulas say of the states that the last one left")
{
    using exe = forward_exe<rotation>;
    using scan = stage_exe<exe, test::stage_of_kind<exe>(stage_kind::scan, true)>;
    constexpr std::ptrdiff_t batch = 2;
    constexpr std::ptrdiff_t steps = 4;
    for (std::size_t const h : {std::size_t{1}, 3 * vector_size, 9 * vector_size + 2}) {
        CAPTURE(h);
        sizes<rotation> const bound(hidden{h});
        test::stage_memory<scan, double, sizes<rotation>> one(bound, steps * batch);
        test::stage_memory<scan, double, sizes<rotation>> all(bound, steps * batch);
        run_scan_stage<scan, double>(one.ctx, one.sizes, {1, batch, 1});
        run_scan_stage<scan, double>(all.ctx, all.sizes, {1, batch, steps});
        CHECK(one.difference({1, 2}) < 1e-13);
        CHECK(all.difference({1, 2}) < 1e-13);
        CHECK(one.is_untouched_outside({1, 2}));
        CHECK_FALSE(all.is_untouched_outside({1, 6}));
        for (std::size_t s = 0; s < scan::store_count; ++s) {
            rows_of<double> const& rows = all.ctx.arrays[static_cast<std::size_t>(scan::stored(s).to)];
            for (std::ptrdiff_t row = 0; row < steps * batch; row += batch) {  // the other sequence
                CHECK(rows.row(row)[0] == all.entry(scan::stored(s).to, row, 0));
            }
        }
    }
}

TEST_CASE("scan_stage: two states in one cycle")
{
    test::gradient_agrees<rotation>();
    test::float_agrees<rotation>();
}

TEST_CASE("scan_stage: so many functions that fewer vectors go through time side by side")
{
    constexpr auto vectors_of = []<int Count>(chained<Count>) {
        using exe = forward_exe<chained<Count>>;
        using scan = stage_exe<exe, test::stage_of_kind<exe>(stage_kind::scan, true)>;
        return blocking::vectors_side_by_side(epilogue_cost<scan>, blocking::scan_vectors);
    };
    static_assert(vectors_of(chained<10>{}) == 2);
    static_assert(vectors_of(chained<30>{}) == 1);
    test::gradient_agrees<chained<10>>();
    for (std::size_t const features : {std::size_t{1}, 5 * vector_size + 1}) {
        auto const report = check_gradient<chained<30>>(4, 2, {}, hidden{features});
        INFO(report);
        CHECK(report.agrees());
    }
}

TEST_CASE("scan_stage: functions of parameters alone")
{
    test::gradient_agrees<damped>();
    test::float_agrees<damped>();
}

TEST_CASE("scan_stage: a state that is a number")
{
    test::gradient_agrees<test::logistic_map>();
    test::float_agrees<test::logistic_map>();
}

namespace {

/// All results of feature @p f of a run, run alone.
test::tensors feature_alone(test::random_run<rotation, double> const& all, std::size_t f)
{
    std::size_t const steps = all.x.shape()[0];
    std::size_t const batch_size = all.x.shape()[1];
    test::random_run<rotation, double> one(steps, batch_size, 3, hidden{1});
    for (std::size_t i = 0; i < one.m.parameters().count; ++i) {
        one.m.parameters().entries(i)[0] = all.m.parameters().entries(i)[f];
    }
    for (std::size_t k = 0; k < 2; ++k) {
        one.initial[k] = xt::view(all.initial[k], xt::all(), xt::range(f, f + 1));
        one.dfinal[k] = xt::view(all.dfinal[k], xt::all(), xt::range(f, f + 1));
    }
    one.x = xt::view(all.x, xt::all(), xt::all(), xt::range(f, f + 1));
    one.dy = xt::view(all.dy, xt::all(), xt::all(), xt::range(f, f + 1));
    bptt run{one.m};
    return test::results_of(run, one);
}

}  // namespace

TEST_CASE("scan_stage: a feature does not depend on its position among the others")
{
    for (std::size_t h : {vector_size, 2 * vector_size, 3 * vector_size - 1, 4 * vector_size,
                          5 * vector_size + 1, 7 * vector_size, 9 * vector_size + 3}) {
        CAPTURE(h);
        test::random_run<rotation, double> const all(6, 2, 3, hidden{h});
        bptt run{all.m};
        test::tensors const together = test::results_of(run, all);
        for (std::size_t f : {std::size_t{0}, h / 2, h - 1}) {
            CAPTURE(f);
            test::tensors const alone = feature_alone(all, f);
            for (std::size_t i = 0; i < alone.size(); ++i) {
                CAPTURE(alone[i].name);
                for (std::size_t j = 0; j < alone[i].entries.size(); ++j) {
                    CHECK(alone[i].entries[j] ==
                          doctest::Approx(together[i].entries[j * h + f]).epsilon(1e-12));
                }
            }
        }
    }
}

TEST_CASE_TEMPLATE("scan_stage: threads change no bit, chunks only sums over rows", Cell, min_gru<>, sru<>,
                   rotation, test::delay_chain)
{
    auto const check = [](auto... bound) {
        for (std::size_t const batch_size : {1U, 3U, 40U}) {
            CAPTURE(batch_size);
            test::random_run<Cell, double> const with(13, batch_size, 5, bound...);
            bptt whole{with.m, {.chunk_rows = 1 << 20}};
            test::tensors const expected = test::results_of(whole, with);
            reversed_team pool;
            auto const n = static_cast<std::ptrdiff_t>(batch_size);
            for (std::ptrdiff_t const rows : {n, 4 * n, 12 * n, 13 * n}) {
                CAPTURE(rows);
                bptt alone{with.m, {.chunk_rows = rows}};
                bptt shared{with.m, {.chunk_rows = rows, .pool = &pool}};
                test::tensors const found = test::results_of(alone, with);
                CHECK(test::difference(test::results_of(shared, with), found) == 0);
                for (std::size_t i = 0; i < found.size(); ++i) {
                    INFO(found[i].name);
                    bool const summed =
                        i > state_count<Cell> && i <= state_count<Cell> + with.m.parameters().count;
                    CHECK(test::difference(found[i], expected[i]) <= (summed ? 1e-12 : 0));
                }
            }
        }
    };
    if constexpr (dimensions_of<Cell>::size == 2) {
        check(input{5}, hidden{3 * vector_size + 2});
    } else if constexpr (std::is_same_v<Cell, rotation>) {
        check(hidden{4 * vector_size + 1});
    } else {
        check(input{6 * vector_size});
    }
}
