#include <rondo/kernel/traversal.hpp>

#include <doctest/doctest.h>

#include <cstddef>

using namespace rondo::kernel_internal;

TEST_CASE("traversal: even steps of a loop walk forwards, odd ones backwards")
{
    for (std::ptrdiff_t t = 0; t < 4; ++t) {
        for (std::ptrdiff_t i = 0; i < 5; ++i) {
            CHECK(traversal::of_step(t).visit(i, 5) == (t % 2 == 0 ? i : 4 - i));
        }
    }
}

TEST_CASE("traversal: the direction changes with every step, and begins forwards")
{
    traversal order;
    CHECK(order.visit(0, 7) == 0);
    order = order.reversed();
    CHECK(order.visit(0, 7) == 6);
    CHECK(order.visit(6, 7) == 0);
    CHECK(order.reversed().visit(3, 7) == 3);
    CHECK(order.reversed().visit(2, 7) == 2);
}
