#include <rondo/io/replace_file.hpp>

#include <doctest/doctest.h>

#include "temporary_folder.hpp"

#include <csignal>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

namespace replace_file_test {

namespace {

using rondo::file_error;
using rondo::io_internal::replace_file;
using rondo::test::contents;
using rondo::test::temporary_folder;
using rondo::test::write;
namespace fs = std::filesystem;

void save(fs::path const& path, std::string_view bytes)
{
    replace_file(path, std::vector<std::string_view>{bytes});
}

// The message about a path, without its beginning.
std::string refusal(fs::path const& path, std::vector<std::string_view> const& pieces = {"a"})
{
    try {
        replace_file(path, pieces);
    } catch (file_error const& e) {
        std::string const text = e.what();
        std::string const start = "rondo: saving '" + path.string() + "': ";
        CHECK(text.starts_with(start));
        return text.substr(std::min(start.size(), text.size()));
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

TEST_CASE("a private file stays private")
{
    temporary_folder const folder;
    auto const path = folder.path / "file";
    save(path, "old");
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
    save(path, "new");
    CHECK(fs::status(path).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("a name may have 255 characters, and no more")
{
    temporary_folder const folder;
    std::string const name(255, 'x');
    save(folder.path / name, "old");
    save(folder.path / name, "new");
    CHECK(contents(folder.path / name) == "new");
    CHECK(refusal(folder.path / (name + "x")) ==
          "expected a path that can be followed; found File name too long");
    CHECK(folder.names() == std::vector<std::string>{name});
}

TEST_CASE("a path in the working directory needs no folder")
{
    temporary_folder const folder;
    auto const before = fs::current_path();
    fs::current_path(folder.path);
    save("file", "a");
    fs::current_path(before);
    CHECK(folder.names() == std::vector<std::string>{"file"});
}

TEST_CASE("a path where no file can be is rejected")
{
    temporary_folder const folder;
    save(folder.path / "file", "a");
    CHECK(refusal(folder.path / "missing" / "file").ends_with("; found No such file or directory"));
    CHECK(refusal(folder.path / "file" / "below").ends_with("; found Not a directory"));
    CHECK(refusal("") == "expected the name of a file at the end; found none");
    CHECK(refusal(folder.path / "name/") == "expected the name of a file at the end; found none");
    CHECK(folder.names() == std::vector<std::string>{"file"});
}

TEST_CASE("a path of another kind of file is rejected, and the file stays")
{
    temporary_folder const folder;
    std::string const start = "expected a regular file or a free name; found ";
    fs::create_directory(folder.path / "directory");
    CHECK(refusal(folder.path / "directory") == start + "a directory");
    CHECK(refusal(folder.path / "directory/") == start + "a directory");
    REQUIRE(::mkfifo((folder.path / "fifo").c_str(), 0600) == 0);
    CHECK(refusal(folder.path / "fifo") == start + "a FIFO");
    bool const has_device = ::mknod((folder.path / "full").c_str(), S_IFCHR | 0600, makedev(1, 7)) == 0;
    if (has_device) {  // a device of its own, because root could replace one of the system's
        CHECK(refusal(folder.path / "full") == start + "a character device");
    }

    int const opened = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    (folder.path / "socket").string().copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(opened, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0);
    CHECK(refusal(folder.path / "socket") == start + "a socket");
    ::close(opened);

    CHECK(fs::is_directory(folder.path / "directory"));
    CHECK(fs::is_fifo(folder.path / "fifo"));
    CHECK(fs::is_character_file(folder.path / "full") == has_device);
    CHECK(fs::is_socket(folder.path / "socket"));
    CHECK(folder.names().size() == (has_device ? 4 : 3));
}

TEST_CASE("a symbolic link stays, and the file that it names is replaced or created")
{
    temporary_folder const folder;
    fs::create_directory(folder.path / "runs");
    write(folder.path / "runs" / "7", "old");
    fs::create_symlink("runs/7", folder.path / "latest");
    fs::create_symlink(folder.path / "latest", folder.path / "best");
    save(folder.path / "best", "new");
    CHECK(contents(folder.path / "runs" / "7") == "new");
    fs::remove(folder.path / "runs" / "7");
    save(folder.path / "best", "created");
    CHECK(contents(folder.path / "runs" / "7") == "created");
    CHECK(fs::read_symlink(folder.path / "latest") == "runs/7");
    CHECK(fs::is_symlink(folder.path / "best"));
    CHECK(folder.names() == std::vector<std::string>{"best", "latest", "runs"});

    fs::create_directory_symlink("runs", folder.path / "linked");
    fs::create_symlink("../latest", folder.path / "runs" / "up");
    save(folder.path / "linked" / "up", "through a linked folder");
    CHECK(contents(folder.path / "runs" / "7") == "through a linked folder");

    fs::create_symlink("a", folder.path / "b");
    fs::create_symlink("b", folder.path / "a");
    CHECK(refusal(folder.path / "a") ==
          "expected a path that can be followed; found Too many levels of symbolic links");
}

TEST_CASE("a file that cannot be written in full leaves the old one and nothing else")
{
    temporary_folder const folder;
    auto const path = folder.path / "file";
    save(path, "old");
    for (std::size_t const size : {11U, 100U, 100000U}) {
        std::string const more(size, 'x');
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        rlimit const few{10, before.rlim_max};
        auto const handler = std::signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &few);
        std::string const text = refusal(path, {more, "end"});
        setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handler);
        CHECK(text.starts_with("expected to write '" + path.string() + ".rondo-"));
        CHECK(text.ends_with("; found File too large"));
        CHECK(contents(path) == "old");
        CHECK(folder.names() == std::vector<std::string>{"file"});
    }
}

}  // namespace replace_file_test
