#include <rondo/stack/run_record.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <stdexcept>

namespace run_record_test {

using namespace rondo;
using namespace rondo::stack_internal;

namespace {

xt::xtensor<double, 3> const x = xt::ones<double>({3, 2, 1});

}  // namespace

TEST_CASE("run_record: fills the rows within the lengths, and the others with zeros")
{
    run_record record;
    exec_internal::array_rows<double> taken;
    record.take(taken, x, std::array{3, 1});
    CHECK(record.steps() == 3);
    CHECK(record.batch() == 2);
    CHECK(record.length(1) == 1);

    xt::xtensor<double, 3> to = xt::ones<double>({1, 1, 1});
    record.fill(to, 2, [&](std::ptrdiff_t t, std::ptrdiff_t b, double* row) {
        row[0] = static_cast<double>(record.entry(t, b, 2));
        row[1] = static_cast<double>(record.mirrored_entry(t, b, 2));
    });
    xt::xtensor<double, 3> const expected{{{0, 8}, {2, 2}}, {{4, 4}, {0, 0}}, {{8, 0}, {0, 0}}};
    CHECK(to == expected);
}

TEST_CASE("run_record: takes a gradient only after a run with saved values")
{
    run_record record;
    exec_internal::array_rows<double> taken;
    CHECK_THROWS_AS(record.take_gradient(taken, x, 1), std::logic_error);

    record.begin();
    record.take(taken, x, {});
    record.end(true);
    CHECK_NOTHROW(record.take_gradient(taken, x, 1));
    CHECK_THROWS_AS(record.take_gradient(taken, x, 2), std::invalid_argument);

    record.end(false);
    CHECK_THROWS_AS(record.take_gradient(taken, x, 1), std::logic_error);
    record.end(true);
    record.begin();
    CHECK_THROWS_AS(record.take_gradient(taken, x, 1), std::logic_error);
}

TEST_CASE("run_record: rejects arrays without entries, and wrong lengths")
{
    run_record record;
    exec_internal::array_rows<double> taken;
    xt::xtensor<double, 3> const empty = xt::ones<double>({3, 0, 1});
    CHECK_THROWS_WITH_AS(
        record.take(taken, empty, {}),
        "rondo: the input x: expected shape (time, batch, features), no extent of 0; found (3, 0, 1)",
        input_error);
    CHECK_THROWS_AS(record.take(taken, x, std::array{3, 4}), std::invalid_argument);
}

}  // namespace run_record_test
