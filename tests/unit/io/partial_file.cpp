#include <rondo/io/partial_file.hpp>

#include <doctest/doctest.h>

#include "temporary_folder.hpp"

#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/syscall.h>
#include <sys/wait.h>

namespace {

// The calls of this program that put a file in place, and one that goes wrong.
struct call_record {
    std::vector<std::string> names{};
    std::string failing{};    // the name of the call that fails
    int reason = 0;           // with which it fails; 0: it kills the process
    std::size_t written = 0;  // bytes of the last file that was flushed

    // Returns 0 if the call is to be made.
    int begin(std::string const& name)
    {
        names.push_back(name);
        if (name != failing) {
            return 0;
        }
        if (reason == 0) {
            ::kill(::getpid(), SIGKILL);
        }
        errno = reason;
        return -1;
    }
};

call_record calls;

}  // namespace

// These take the place of the C library's in this program.
extern "C" int fsync(int file)
{
    struct stat found {};
    fstat(file, &found);
    bool const is_folder = S_ISDIR(found.st_mode);
    if (!is_folder) {
        calls.written = static_cast<std::size_t>(found.st_size);
    }
    return calls.begin(is_folder ? "flush folder" : "flush file") != 0
               ? -1
               : static_cast<int>(syscall(SYS_fsync, file));
}

extern "C" int rename(char const* from, char const* to) noexcept
{
    return calls.begin("rename") != 0
               ? -1
               : static_cast<int>(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}

namespace {

using rondo::file_error;
using rondo::io_internal::partial_file;
using rondo::io_internal::write_all;
using rondo::test::contents;
using rondo::test::temporary_folder;
using rondo::test::write;
namespace fs = std::filesystem;

void save(fs::path const& path, std::string const& bytes)
{
    partial_file file(path, "saving 'it'");
    file.write(bytes);
    file.put_in_place();
}

// The message of a save in which one of the calls fails.
std::string message_of_save(fs::path const& path, std::string const& failing, int reason)
{
    calls = {{}, failing, reason};
    std::string text = "saved";
    try {
        save(path, "new");
    } catch (file_error const& e) {
        text = e.what();
    }
    calls = {};
    return text;
}

// The status of a process that runs a function.
int status_of_child(std::function<void()> const& run)
{
    ::pid_t const child = ::fork();
    if (child == 0) {
        try {
            run();
        } catch (...) {
            ::_exit(1);
        }
        ::_exit(0);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    return status;
}

// A process that is killed where it would make a call.
void save_and_die(fs::path const& path, std::string const& call)
{
    int const status = status_of_child([&] {
        calls = {{}, call, 0};
        save(path, "half");
    });
    REQUIRE(WIFSIGNALED(status));
}

unsigned mode_of(fs::path const& path)
{
    return static_cast<unsigned>(fs::status(path).permissions()) & 07777U;
}

// The name of the only partial file in a folder.
std::string partial_name(temporary_folder const& folder)
{
    std::vector<std::string> found;
    for (std::string const& name : folder.names()) {
        if (name.ends_with(".part")) {
            found.push_back(name);
        }
    }
    REQUIRE(found.size() == 1);
    return found[0];
}

// The user or group of a test that runs as root.
constexpr unsigned other_id = 54321;

}  // namespace

TEST_CASE("partial_file: is beside its target until it is complete")
{
    temporary_folder const folder;
    auto const path = folder.path / "model";
    write(path, "old");
    {
        partial_file file(path, "saving 'it'");
        file.write("ne");
        file.write("");
        file.write(std::string("w\0!", 3));
        std::string const name = partial_name(folder);
        CHECK(name.starts_with("model.rondo-"));
        CHECK(name.size() == std::string("model.rondo-0123456789abcdef.part").size());
        CHECK(contents(path) == "old");
        file.put_in_place();
    }
    CHECK(contents(path) == std::string("new\0!", 5));
    CHECK(folder.names() == std::vector<std::string>{"model"});
}

TEST_CASE("partial_file: one that is not put in place is removed")
{
    temporary_folder const folder;
    {
        partial_file file(folder.path / "model", "saving 'it'");
        file.write("new");
    }
    CHECK(folder.names().empty());
}

TEST_CASE("partial_file: its name is not longer than a long name of the target")
{
    temporary_folder const folder;
    for (std::size_t const length : {1U, 35U, 36U, 37U, 63U, 64U, 65U, 254U, 255U}) {
        CAPTURE(length);
        for (std::string const character : {"x", "ö"}) {
            std::string name;
            while (name.size() + character.size() <= length) {
                name += character;
            }
            auto const path = folder.path / (name + std::string(length - name.size(), 'z'));
            {
                partial_file file(path, "saving 'it'");
                std::string const partial = partial_name(folder);
                CHECK(partial.size() <= std::max<std::size_t>(length, 64));
                std::string const kept = partial.substr(0, partial.find(".rondo-"));
                CHECK(path.filename().string().starts_with(kept));
                CHECK((kept.size() == length || kept.size() >= 35));
                CHECK((character == "x" || kept.size() % 2 == 0 || kept.size() == length));
                file.put_in_place();
            }
            CHECK(fs::exists(path));
            fs::remove(path);
        }
    }
    CHECK(folder.names().empty());
}

TEST_CASE("partial_file: is flushed before it is renamed, and its folder afterwards")
{
    temporary_folder const folder;
    calls = {};
    save(folder.path / "model", "12345");
    CHECK(calls.names == std::vector<std::string>{"flush file", "rename", "flush folder"});
    CHECK(calls.written == 5);
    calls = {};
}

TEST_CASE("partial_file: the folder of a path without one is the working directory")
{
    temporary_folder const folder;
    auto const before = fs::current_path();
    fs::current_path(folder.path);
    save_and_die("model", "rename");
    calls = {};
    save("model", "new");
    fs::current_path(before);
    CHECK(calls.names == std::vector<std::string>{"flush file", "rename", "flush folder"});
    CHECK(folder.names() == std::vector<std::string>{"model"});
    calls = {};
}

TEST_CASE("partial_file: a call that fails leaves the old file and nothing else")
{
    temporary_folder const folder;
    auto const path = folder.path / "model";
    write(path, "old");
    std::string const start = "rondo: saving 'it': expected to ";
    std::string text = message_of_save(path, "flush file", ENOSPC);
    CHECK(text.starts_with(start + "flush '" + path.string() + ".rondo-"));
    CHECK(text.ends_with(".part'; found No space left on device"));
    text = message_of_save(path, "rename", EBUSY);
    CHECK(text.starts_with(start + "rename '" + path.string() + ".rondo-"));
    CHECK(text.ends_with("; found Device or resource busy"));
    CHECK(contents(path) == "old");
    CHECK(folder.names() == std::vector<std::string>{"model"});
}

TEST_CASE("partial_file: a folder that cannot be flushed is an error if it should have been")
{
    temporary_folder const folder;
    auto const path = folder.path / "model";
    CHECK(message_of_save(path, "flush folder", EIO) ==
          "rondo: saving 'it': expected to flush the folder '" + folder.path.string() +
              "'; found Input/output error, after the complete file was put in place");
    CHECK(contents(path) == "new");
    CHECK(message_of_save(path, "flush folder", EINVAL) ==
          "saved");  // on file systems without this operation
    CHECK(folder.names() == std::vector<std::string>{"model"});
}

TEST_CASE("partial_file: one that cannot be created is an error with path and reason")
{
    temporary_folder const folder;
    auto const path = folder.path / "missing" / "model";
    std::string const text = message_of_save(path, "", 0);
    CHECK(text.starts_with("rondo: saving 'it': expected to create '" + path.string() + ".rondo-"));
    CHECK(text.ends_with("; found No such file or directory"));
    CHECK(folder.names().empty());
}

TEST_CASE("partial_file: a killed process leaves the old file, and a partial one that the next save removes")
{
    temporary_folder const folder;
    auto const path = folder.path / "model";
    auto const other = folder.path / "model2";
    write(path, "old");
    for (std::string const call : {"flush file", "rename"}) {
        CAPTURE(call);
        save_and_die(path, call);
        CHECK(contents(path) == "old");
        CHECK(contents(folder.path / partial_name(folder)) == "half");
        save_and_die(path, call);
        partial_name(folder);  // of the second process alone
        save(other, "other");
        partial_name(folder);  // is not that of another file
        save(path, "old");
        CHECK(folder.names() == std::vector<std::string>{"model", "model2"});
    }
    save_and_die(path, "flush folder");
    CHECK(contents(path) == "half");
    CHECK(folder.names() == std::vector<std::string>{"model", "model2"});
}

TEST_CASE("partial_file: what others wrote or are writing is not removed")
{
    temporary_folder const folder;
    auto const path = folder.path / "model";
    std::vector<std::string> names{
        "model.part",
        "model.rondo-0123456789abcde.part",
        "model.rondo-0123456789abcdeF.part",
        "model.rondo-0123456789abcdef.par",
        "model.rondo-0123456789abcdef0.part",
        "models.rondo-0123456789abcdef.part",
    };
    for (std::string const& name : names) {
        write(folder.path / name, name);
    }
    fs::create_directory(folder.path / "model.rondo-0123456789abcdef.part");
    fs::create_symlink("model.part", folder.path / "model.rondo-1123456789abcdef.part");
    ::mkfifo((folder.path / "model.rondo-2123456789abcdef.part").c_str(), 0600);
    std::optional<partial_file> first(std::in_place, path, "saving 'it'");
    first->write("first");
    std::size_t const before = folder.names().size();
    save(path, "second");
    CHECK(contents(path) == "second");
    CHECK(folder.names().size() == before + 1);
    first->put_in_place();
    CHECK(contents(path) == "first");
    for (std::string const& name : names) {
        CHECK(contents(folder.path / name) == name);
    }
    CHECK(fs::is_directory(folder.path / "model.rondo-0123456789abcdef.part"));
    CHECK(fs::is_symlink(folder.path / "model.rondo-1123456789abcdef.part"));
    CHECK(fs::is_fifo(folder.path / "model.rondo-2123456789abcdef.part"));
}

TEST_CASE("partial_file: processes that save to one path at a time do not disturb each other")
{
    temporary_folder const folder;
    auto const path = folder.path / "model";
    auto const save_often = [&](char c) {
        for (std::size_t i = 0; i < 100; ++i) {
            save(path, std::string(1000, c));
        }
    };
    ::pid_t const child = ::fork();
    if (child == 0) {
        ::_exit(status_of_child([&] { save_often('a'); }) == 0 ? 0 : 1);
    }
    CHECK_NOTHROW(save_often('b'));
    int status = -1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
    std::string const found = contents(path);
    CHECK(found == std::string(1000, found.at(0)));
    CHECK(folder.names() == std::vector<std::string>{"model"});
}

TEST_CASE("partial_file: keeps the mode of the file that it replaces; a new file follows the umask")
{
    temporary_folder const folder;
    auto const path = folder.path / "model";
    ::mode_t const before = ::umask(027);
    save(path, "new");
    CHECK(mode_of(path) == 0640);
    ::umask(before);
    for (unsigned const mode : {0600U, 0666U, 0640U, 0444U, 0755U, 04700U}) {
        CAPTURE(mode);
        fs::permissions(path, static_cast<fs::perms>(mode));
        {
            partial_file file(path, "saving 'it'");
            CHECK(mode_of(folder.path / partial_name(folder)) == 0600);  // until it is complete
            file.put_in_place();
        }
        CHECK(mode_of(path) == (mode & 0777));  // a file with another owner must not run as that user
    }
}

TEST_CASE("partial_file: keeps the group, or lets a new group do no more than others")
{
    if (::geteuid() != 0) {
        MESSAGE("left out: only root has a file of another group");
        return;
    }
    temporary_folder const folder;
    auto const path = folder.path / "model";
    auto const saved_mode = [&](unsigned mode) {
        write(path, "old");
        REQUIRE(::chown(path.c_str(), 0, other_id) == 0);
        fs::permissions(path, static_cast<fs::perms>(mode));
    };
    struct stat found {};
    saved_mode(0640);
    save(path, "new");
    REQUIRE(::stat(path.c_str(), &found) == 0);
    CHECK(found.st_gid == other_id);
    CHECK(mode_of(path) == 0640);

    fs::permissions(folder.path, fs::perms::all);
    for (auto const& [mode, expected] : {std::pair{0660U, 0600U}, {0664U, 0644U}, {0604U, 0604U}}) {
        saved_mode(mode);
        CHECK(status_of_child([&] {
                  if (::setgid(other_id + 1) != 0 || ::setuid(other_id + 1) != 0) {
                      throw 0;
                  }
                  save(path, "new");
              }) == 0);
        CHECK(contents(path) == "new");
        CHECK(mode_of(path) == expected);
    }
}

TEST_CASE("write_all: notices a full disk")
{
    int const full = ::open("/dev/full", O_WRONLY);
    REQUIRE(full >= 0);
    CHECK(write_all(full, ""));
    errno = 0;
    CHECK_FALSE(write_all(full, "a"));
    CHECK(errno == ENOSPC);
    ::close(full);
}
