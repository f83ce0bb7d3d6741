#include "unit/matrix_cells.hpp"

#include <rondo/check/gradient_check.hpp>

#include <doctest/doctest.h>

namespace matrix_states_test {

using namespace rondo;
using test::heads;
using test::keys;
using test::linear_attention;
using test::mlstm;
using test::values;

TEST_CASE("matrix states: the derived gradients agree with differences")
{
    gradient_report const attention =
        check_gradient<linear_attention>(4, 2, {}, input{3}, keys{5}, values{4});
    INFO(attention);
    CHECK(attention.agrees());
    gradient_report const of_heads = check_gradient<mlstm>(4, 2, {}, input{3}, heads{2}, keys{5}, values{4});
    INFO(of_heads);
    CHECK(of_heads.agrees());
}

}  // namespace matrix_states_test
