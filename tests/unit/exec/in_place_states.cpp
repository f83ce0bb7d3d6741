#include "unit/matrix_cells.hpp"
#include "unit/random_run.hpp"
#include "unit/threads.hpp"

#include <rondo/exec/in_place_states.hpp>
#include <rondo/run/stream.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace in_place_states_test {

using namespace rondo;
using namespace rondo::test;
using exec_internal::in_place_states;
using kernel_internal::backward_exe;
using kernel_internal::forward_exe;
using kernel_internal::inference_exe;

namespace {

/// Steps that need an old matrix after they have computed the new one: another state becomes it, and an
/// output reads it by columns.
struct looking_back {
    weight<values, keys> W;
    RONDO_MEMBERS(W);

    constexpr auto operator()(vec<keys> x, mat<values, keys> S, mat<values, keys> before) const
    {
        auto const now = 0.5 * S + W * x;
        auto const largest = max(max<keys>(now));
        return next{now * W, S}.output(S * (x * largest) + before * x);
    }
};

/// A matrix that is computed from the transposed one.
struct turning {
    weight<keys> b;
    RONDO_MEMBERS(b);

    constexpr auto operator()(vec<keys> x, mat<values, keys> S) const
    {
        auto const turned = as<values, keys>(transpose(S));
        return next{0.5 * turned + b * x}.output(S * x);
    }
};

template <class Cell, class... D>
void check(std::size_t batch, D... bound)
{
    CAPTURE(batch);
    random_run<Cell, double> const with(9, batch, 3, bound...);
    std::vector<int> lengths(batch, 9);
    lengths[batch / 2] = 4;
    threads two(2);
    bptt run{with.m};
    auto const expect = [&](auto const& y, auto const& states, lengths_view of_batch) {
        for (std::ptrdiff_t const rows : {1, 13, 512}) {
            CAPTURE(rows);
            bptt inference{with.m, {.chunk_rows = rows, .pool = rows == 13 ? &two : nullptr}};
            CHECK(inference.infer(with.x, {.lengths = of_batch, .initial = with.initial}) == y);
            CHECK(inference.final_states() == states);
        }
    };
    auto const y = run.forward(with.x, {.initial = with.initial});
    expect(y, run.final_states(), {});
    stream steps{with.m, batch};
    steps.set_states(with.initial);
    std::size_t const features = y.size() / 9 / batch;
    std::size_t const inputs = with.x.size() / 9 / batch;
    for (std::size_t t = 0; t < 9; ++t) {
        auto const found = steps.step({with.x.data() + t * batch * inputs, batch * inputs});
        for (std::size_t i = 0; i < batch * features; ++i) {
            CHECK(std::abs(found[i] - y.data()[t * batch * features + i]) < 1e-13);
        }
    }
    for (std::size_t k = 0; k < state_count<Cell>; ++k) {
        CHECK(difference(tensor_of("", steps.current_states()[k]), tensor_of("", run.final_states()[k])) <
              1e-13);
    }
    auto const shorter = run.forward(with.x, {.lengths = lengths, .initial = with.initial});
    expect(shorter, run.final_states(), lengths);
}

}  // namespace

TEST_CASE("in_place_states: matrices are, that one stage computes and no later stage reads")
{
    CHECK(in_place_states<inference_exe<linear_attention>>[0]);
    CHECK(in_place_states<forward_exe<linear_attention>>[0]);
    CHECK(in_place_states<backward_exe<linear_attention>>[0]);
    CHECK(in_place_states<inference_exe<mlstm>>[0]);
    CHECK(in_place_states<inference_exe<mlstm>>[1]);
    CHECK_FALSE(in_place_states<inference_exe<mlstm>>[2]);  // a vector
    CHECK_FALSE(in_place_states<inference_exe<looking_back>>[0]);
    CHECK(in_place_states<inference_exe<turning>>[0]);  // an earlier stage has transposed it
    CHECK(in_place_states<forward_exe<lstm_along<heads>>>[0]);
    CHECK_FALSE(
        in_place_states<forward_exe<lstm_along<heads>>>[1]);  // multiplied while the new one is stored
    CHECK_FALSE(in_place_states<inference_exe<lstm_along<heads>>>[1]);
}

TEST_CASE("in_place_states: runs that save nothing have the results of those that do")
{
    for (std::size_t const batch : {1U, 3U}) {
        check<linear_attention>(batch, input{3}, keys{5}, values{4});
        check<mlstm>(batch, input{3}, heads{2}, keys{5}, values{4});
        check<looking_back>(batch, keys{5}, values{4});
        check<turning>(batch, keys{4}, values{4});
        check<lstm_along<heads>>(batch, input{3}, heads{2}, keys{19});
    }
}

}  // namespace in_place_states_test
