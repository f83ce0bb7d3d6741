#include <rondo/error/number_error.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace rondo;

TEST_CASE("number_error: is a std::runtime_error with the message of its parts, and is given places")
{
    number_error const e({"log(x[t]) in s[t]", "finite numbers", "nan at (time 3, batch 0, feature 2)"});
    CHECK(std::string(e.what()) ==
          "rondo: log(x[t]) in s[t]: expected finite numbers; found nan at (time 3, batch 0, feature 2)");
    CHECK(e.parts().expected == "finite numbers");
    CHECK(std::string(e.at("layer 1 of the stack").at("residual").what())
              .starts_with("rondo: residual: layer 1 of the stack: log(x[t]) in s[t]: expected"));
    CHECK_THROWS_AS(throw e, std::runtime_error);
}
