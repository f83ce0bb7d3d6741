#include <rondo/error/input_error.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace rondo;

TEST_CASE("input_error: is a std::invalid_argument with the message of its parts")
{
    input_error const e({"the input x", "at least 1 step", "0"});
    CHECK(std::string(e.what()) == "rondo: the input x: expected at least 1 step; found 0");
    CHECK(e.parts().found == "0");
    CHECK_THROWS_AS(throw e, std::invalid_argument);
}

TEST_CASE("input_error: is given places from the inside out")
{
    input_error const e({"the input x", "at least 1 step", "0"});
    CHECK(std::string(e.at("layer 1 of the stack").at("residual").what()) ==
          "rondo: residual: layer 1 of the stack: the input x: expected at least 1 step; found 0");
}

TEST_CASE("require: rejects a wrong setting by name, with what was expected and found")
{
    using exec_internal::require;
    CHECK_NOTHROW(require(true, "sgd: rate", "a positive number", 1));
    CHECK_THROWS_WITH_AS(require(false, "sgd: rate", "a positive number", -0.5),
                         "rondo: sgd: rate: expected a positive number; found -0.5", input_error);
}
