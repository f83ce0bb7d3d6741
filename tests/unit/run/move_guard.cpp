#include <rondo/run/move_guard.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <utility>

using namespace rondo;
using rondo::exec_internal::move_guard;

TEST_CASE("move_guard: notices that its object was moved from, until another is moved into it")
{
    move_guard first;
    CHECK_NOTHROW(first.check());
    move_guard second = std::move(first);
    CHECK_NOTHROW(second.check());
    CHECK_THROWS_WITH_AS(first.check(), "rondo: this object was moved from", std::logic_error);
    first = std::move(second);
    CHECK_NOTHROW(first.check());
    CHECK_THROWS_AS(second.check(), std::logic_error);
    int member = 3;
    CHECK(&first.checked(member) == &member);
    CHECK_THROWS_AS(second.checked(member), std::logic_error);
    auto& same = first;
    first = std::move(same);
    CHECK_NOTHROW(first.check());
    move_guard third = first;
    CHECK_NOTHROW(third.check());
    CHECK_NOTHROW(first.check());
    third = second;
    CHECK_THROWS_AS(third.check(), std::logic_error);
}
