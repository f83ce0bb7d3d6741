#include <rondo/lang/parameter.hpp>

#include <doctest/doctest.h>

#include <type_traits>

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

static_assert(parameter<weight<hidden, input>> && parameter<bias<hidden>> && parameter<weight<>>);
static_assert(!parameter<vec<hidden>> && !parameter<int>);
static_assert(parameter<constant<hidden, input>> && parameter<constant<>>);
static_assert(constant<hidden>::is_constant && !weight<hidden>::is_constant && !bias<hidden>::is_constant);
static_assert(weight<hidden>(first_value(0.5)).first == 0.5 && bias<>(first_value(-1)).first == -1);
static_assert(constant<hidden, input>(first_value(2)).first == 2);
static_assert(!(weight<hidden>{}.first >= 0) && !(weight<hidden>{}.first < 0));
static_assert(!weight<hidden>::is_bias && bias<hidden>::is_bias);
static_assert(std::is_same_v<weight<hidden, input>::shape_type, shape<hidden, input>>);
static_assert(std::is_same_v<bias<>::shape_type, shape<>>);
static_assert(is_matrix<shape<hidden, input>> && !is_matrix<shape<hidden>> && !is_matrix<shape<>>);
static_assert(is_vector<shape<hidden>> && !is_vector<shape<>> && !is_vector<shape<hidden, input>>);

}  // namespace

TEST_CASE("parameter: refers to no node until its cell is traced")
{
    CHECK(weight<hidden, input>{}.record == nullptr);
    CHECK(bias<hidden>{}.id == no_node);
}
