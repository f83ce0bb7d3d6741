#include <rondo/lang/printed_text.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

template <rondo::lang_internal::printed_text Text>
struct with_text {
    static std::string get() { return Text.letters; }
};

}  // namespace

TEST_CASE("printed_text: a text is the argument of a template")
{
    CHECK(with_text<rondo::lang_internal::printed_text<6>("hidden")>::get() == "hidden");
}
