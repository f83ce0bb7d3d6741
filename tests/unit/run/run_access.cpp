#include <rondo/cell/elman.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/run/run_access.hpp>
#include <rondo/run/stream.hpp>
#include <rondo/run/truncated_bptt.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <utility>

namespace run_access_test {

using namespace rondo;
using access = exec_internal::run_access;

TEST_CASE("run_access: the model of a run, and the sizes of a stream")
{
    model<elman<>> m{input{2}, hidden{3}};
    bptt run{m};
    truncated_bptt const truncated{m, {.every = 2, .over = 2}};
    CHECK(&access::model_of(run).parameters() == &m.parameters());
    CHECK(&access::model_of(truncated).parameters() == &m.parameters());
    auto const live = access::make<stream<elman<>>>(access::model_of(run), 2);
    CHECK(access::input_features(live) == 2);
    CHECK(access::output_features(live) == 3);
    bptt const taken = std::move(run);
    CHECK_THROWS_AS(access::model_of(run), std::logic_error);
}

TEST_CASE("run_access: checks the arguments of a stream and changes nothing")
{
    model<elman<>> const m{input{2}, hidden{3}};
    model<elman<>> const other{input{2}, hidden{4}};
    stream live{m};
    CHECK_NOTHROW(access::check_parameters(live, m.parameters()));
    CHECK_NOTHROW(access::check_states(live, m.zero_states(1)));
    CHECK_THROWS_AS(access::check_parameters(live, other.parameters()), input_error);
    CHECK_THROWS_AS(access::check_states(live, other.zero_states(1)), input_error);
    stream const taken = std::move(live);
    CHECK_THROWS_AS(access::check_parameters(live, m.parameters()), std::logic_error);
    CHECK_THROWS_AS(access::check_states(live, m.zero_states(1)), std::logic_error);
}

}  // namespace run_access_test
