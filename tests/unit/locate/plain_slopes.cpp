#include "unit/recorded_sample.hpp"

#include <rondo/locate/plain_slopes.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

namespace plain_slopes_test {

using namespace rondo::test;

TEST_CASE("plain_slopes: are the quotients of differences")
{
    sample_program s{};
    s.size = sizes_of({3});
    s.inputs = {{1}, {1}};
    node_id const a = s.step.nodes.leaf(op::input, 0, {1});
    node_id const b = s.step.nodes.leaf(op::input, 1, {1});
    for (op const code : {op::multiply, op::divide, op::subtract, op::add, op::pow, op::maximum, op::fmod}) {
        s.step.nodes.binary(code, a, b);
    }
    for (op const code :
         {op::tanh, op::sigmoid, op::log, op::sqrt, op::rsqrt, op::erf, op::softplus, op::tan}) {
        s.step.nodes.unary(code, a);
    }
    leaf_values at{};
    at.inputs = {{0.3, 1.2, 0.8}, {0.7, 0.9, 1.1}};
    recorded_sample const with(s, at);
    plain_values values(with.get());
    values.evaluate(sequences(at.inputs), 0, {});
    plain_slopes const slopes(with.get(), values);
    double const step = 1e-6;
    for (node_id i = 2; i < s.step.nodes.size(); ++i) {
        INFO(name_of(s.step.nodes[i].opcode));
        for (std::size_t operand = 0; operand < (s.step.nodes[i].b == no_node ? 1U : 2U); ++operand) {
            for (std::size_t k = 0; k < 3; ++k) {
                auto const moved = [&](double by) {
                    leaf_values there = at;
                    there.inputs[operand][k] += by;
                    return evaluate(s.step.nodes, s.size, there)[static_cast<std::size_t>(i)][k];
                };
                double const expected = 2 * (moved(step) - moved(-step)) / (2 * step);
                double const found = operand == 0 ? slopes.to_first(i, k, 2) : slopes.to_second(i, k, 2);
                CHECK(std::fabs(found - expected) < 1e-7);
            }
        }
    }
}

}  // namespace plain_slopes_test
