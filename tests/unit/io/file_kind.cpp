#include <rondo/io/file_kind.hpp>

#include <doctest/doctest.h>

#include <filesystem>

TEST_CASE("file_kind: names kinds of files")
{
    using rondo::io_internal::file_kind;
    CHECK(file_kind(std::filesystem::status("/").type()) == "a directory");
    CHECK(file_kind(std::filesystem::status("/dev/null").type()) == "a character device");
    CHECK(file_kind(std::filesystem::status("/no/such/file").type()) == "no file");
    CHECK(file_kind(std::filesystem::file_type::fifo) == "a FIFO");
    CHECK(file_kind(std::filesystem::file_type::unknown) == "a file of another kind");
}
