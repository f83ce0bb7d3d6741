#include <rondo/cell/lstm.hpp>
#include <rondo/kernel/executable.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <type_traits>

using namespace rondo;
using namespace rondo::ir_internal;
using namespace rondo::kernel_internal;

namespace {

using forward = forward_exe<lstm<>>;
using tables = schedule_tables<forward>;
using gates = stage_exe<forward, 1>;  // the loop: four gates, the cell state and the output

static_assert(std::is_same_v<forward::cell_type, lstm<>>);
static_assert(&forward::program == &inference_exe<lstm<>>::program);
static_assert(&forward::schedule != &inference_exe<lstm<>>::schedule);

// The tables have the entries of the schedule and no spare room.
static_assert(tables::stages.size() == static_cast<std::size_t>(forward::schedule.stages.size()));
static_assert(tables::arrays.size() == static_cast<std::size_t>(forward::schedule.arrays.size()));
static_assert(tables::uses.size() == tables::arrays.size());
static_assert(tables::sections.size() == static_cast<std::size_t>(forward::schedule.sections.size()));

}  // namespace

TEST_CASE("executable: tables have the entries of the schedule in its order")
{
    for (array_id a = 0; a < forward::schedule.arrays.size(); ++a) {
        CHECK(tables::arrays[static_cast<std::size_t>(a)] == forward::schedule.arrays[a]);
    }
    for (stage_id s = 0; s < forward::schedule.stages.size(); ++s) {
        CHECK(tables::stages[static_cast<std::size_t>(s)].kind == forward::schedule.stages[s].kind);
    }
}

TEST_CASE("executable: a stage finds its values and accumulators by their nodes")
{
    REQUIRE(gates::what.where.is_loop);
    for (std::size_t i = 0; i < gates::work_count; ++i) {
        CHECK(gates::position(gates::work(i).value) == i);
    }
    int accumulated = 0;
    for (std::size_t i = 0; i < gates::work_count; ++i) {
        if (gates::work(i).from == origin::products) {
            int const a = gates::accumulator_of(gates::work(i).value);
            CHECK(a >= 0);
            CHECK(a < gates::what.accumulators.size());
            ++accumulated;
        }
    }
    CHECK(accumulated == 4);
    for (std::size_t i = 0; i < gates::store_count; ++i) {
        CHECK(gates::stored(i).to != no_array);
    }
}
