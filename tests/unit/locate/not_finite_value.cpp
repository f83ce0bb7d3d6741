#include <rondo/locate/not_finite_value.hpp>
#include <rondo/model/sizes.hpp>

#include <doctest/doctest.h>

TEST_CASE("not_finite_value: at first it has found nothing")
{
    rondo::exec_internal::not_finite_value const none{};
    CHECK(none.where == rondo::ir_internal::no_node);
    CHECK(none.through == rondo::ir_internal::no_node);
}
