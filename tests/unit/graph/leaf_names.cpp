#include <rondo/graph/leaf_names.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

/// The name of a leaf as plain text, in a step of @p states states.
std::string leaf(op code, int index, int states, leaf_names const& names = {})
{
    program p{};
    for (int k = 0; k < states; ++k) {
        node_id const s = p.nodes.leaf(op::state, k, {1});
        p.states.push_back({s, s});
    }
    return plain(name_of_leaf(p, {.opcode = code, .index = static_cast<std::int16_t>(index)}, names));
}

}  // namespace

TEST_CASE("leaf_names: a leaf without a name is called by its index")
{
    CHECK(leaf(op::parameter, 1, 1) == "p_2");
    CHECK(leaf(op::state, 0, 2) == "s_1[t-1]");
    CHECK(leaf(op::saved, 2, 1) == "m_3[t]");
    CHECK(leaf(op::extent, 0, 1) == "n_d_1");
    CHECK(leaf(op::parameter, 0, 1, {.parameters = {""}}) == "p_1");
}

TEST_CASE("leaf_names: the only state is called s")
{
    CHECK(leaf(op::state, 0, 1) == "s[t-1]");
    CHECK(leaf(op::state, 0, 1, {.states = {"h"}}) == "h[t-1]");
}

TEST_CASE("leaf_names: old states, new states and adjoints have their time and their mark")
{
    leaf_names const names{.states = {"h", "c"}};
    CHECK(leaf(op::state, 1, 2, names) == "c[t-1]");
    CHECK(leaf(op::new_state, 1, 2, names) == "c[t]");
    CHECK(leaf(op::state_adjoint, 1, 2, names) == "dc[t]");
    CHECK(leaf(op::output_adjoint, 0, 2, names) == "dy[t]");
    CHECK(leaf(op::input, 0, 2, names) == "x[t]");
    CHECK(leaf(op::constant, 0, 2, names).empty());
}

TEST_CASE("leaf_names: a saved value has the name of the forward step")
{
    leaf_names const names{.saved = {symbol{"i", moment::now}}};
    CHECK(leaf(op::saved, 0, 1, names) == "i[t]");
    CHECK(leaf(op::saved, 1, 1, names) == "m_2[t]");
}

TEST_CASE("leaf_names: a step with gradients runs backwards, and its states are adjoints of the step before")
{
    program p{};
    node_id const s = p.nodes.leaf(op::state_adjoint, 0, {1});
    p.states.push_back({s, s});
    leaf_names const names{.parameters = {"W"}, .states = {"h"}};
    CHECK_FALSE(runs_backward(p));
    CHECK(plain(name_of_next(p, 0, names)) == "h[t]");
    p.results.push_back({role::parameter_gradient, 0, s});
    CHECK(runs_backward(p));
    CHECK(plain(name_of_next(p, 0, names)) == "dh[t-1]");
    CHECK(plain(name_of_result(p.results[0], names)) == "dW");
    CHECK(plain(name_of_result({role::input_gradient, 0, s}, names)) == "dx[t]");
    CHECK(plain(name_of_result({role::output, 0, s}, names)) == "y[t]");
}
