#include <rondo/io/file_error.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace rondo;

TEST_CASE("file_error: is a std::runtime_error with the message of its parts")
{
    file_error const e({"loading 'a/b'", "a regular file", "a FIFO"});
    CHECK(std::string(e.what()) == "rondo: loading 'a/b': expected a regular file; found a FIFO");
    CHECK(e.parts().what == "loading 'a/b'");
    CHECK(e.parts().found == "a FIFO");
    CHECK_THROWS_AS(throw e, std::runtime_error);
}
