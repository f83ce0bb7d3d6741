#include <rondo/model/sequence_title.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace rondo::exec_internal;

static_assert(sequence_title("the input", "mask").view() == "the input \"mask\"");
static_assert(sequence_title("the input x").view() == "the input x");

TEST_CASE("sequence_title: a title is cut off, never written past its end")
{
    std::string const name(200, 'n');
    CHECK(sequence_title("the input", name).view().size() == sequence_title::most);
}
