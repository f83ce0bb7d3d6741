#include <rondo/io/replace_file.hpp>

#include <doctest/doctest.h>

#include "temporary_folder.hpp"

#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include <sys/resource.h>

namespace {

using rondo::io_internal::replace_file;
using rondo::test::contents;
using rondo::test::temporary_folder;

std::string refusal(std::filesystem::path const& path, std::vector<std::string_view> const& pieces)
{
    try {
        replace_file(path, pieces);
    } catch (std::runtime_error const& e) {
        return e.what();
    }
    return "written";
}

}  // namespace

TEST_CASE("a file consists of its pieces, and is replaced by the next")
{
    temporary_folder const folder;
    auto const path = folder.path / "a file";
    std::string_view const with_zero("b\0c", 3);
    replace_file(path, std::vector<std::string_view>{"a", with_zero, "", "d"});
    CHECK(contents(path) == std::string("ab\0cd", 5));
    replace_file(path, std::vector<std::string_view>{"other"});
    CHECK(contents(path) == "other");
    replace_file(path, {});
    CHECK(contents(path).empty());
    CHECK(folder.names() == std::vector<std::string>{"a file"});
}

TEST_CASE("a file that cannot be created is an error with path and reason")
{
    temporary_folder const folder;
    auto const path = folder.path / "missing" / "file";
    std::string const text = refusal(path, {"a"});
    CHECK(text.starts_with("rondo: cannot save '" + path.string() + "': could not create '"));
    CHECK(text.ends_with("No such file or directory"));
    CHECK(folder.names().empty());
}

TEST_CASE("a file that cannot be renamed leaves the old one and nothing else")
{
    temporary_folder const folder;
    auto const path = folder.path / "folder";
    std::filesystem::create_directory(path);
    CHECK(refusal(path, {"a"}).find("could not rename '") != std::string::npos);
    CHECK(std::filesystem::is_directory(path));
    CHECK(folder.names() == std::vector<std::string>{"folder"});
}

TEST_CASE("a file that cannot be written in full leaves the old one and nothing else")
{
    temporary_folder const folder;
    auto const path = folder.path / "file";
    replace_file(path, std::vector<std::string_view>{"old"});
    for (std::size_t const size : {100U, 100000U}) {  // fails when flushed, fails at once
        std::string const more(size, 'x');
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        rlimit const few{10, before.rlim_max};
        auto const handler = std::signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &few);
        std::string const text = refusal(path, {more, "end"});
        setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handler);
        CHECK(text.find("could not write '") != std::string::npos);
        CHECK(text.ends_with("File too large"));
        CHECK(contents(path) == "old");
        CHECK(folder.names() == std::vector<std::string>{"file"});
    }
}
