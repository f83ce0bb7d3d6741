#include <rondo/io/safetensors.hpp>

#include <rondo/lang/cell.hpp>

#include <doctest/doctest.h>

#include "temporary_folder.hpp"
#include "unit/edge_cells.hpp"
#include "unit/matrix_cells.hpp"
#include "unit/memory_in_use.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace std::string_literals;
using namespace rondo;
using namespace rondo::io_internal;
using rondo::test::contents;
using rondo::test::temporary_folder;
using rondo::test::write;

struct inner {
    weight<hidden, input> W;
    weight<> gain;
    RONDO_MEMBERS(W, gain);

    constexpr auto operator()(vec<input> x) const { return gain * (W * x); }
};
}  // namespace
namespace {

struct nesting {
    inner f;
    bias<hidden> b;
    RONDO_MEMBERS(f, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{tanh(f(x) + h + b)}; }
};
}  // namespace
namespace {

template <class T>
parameters<nesting, T> make(std::size_t in = 3, std::size_t states = 5)
{
    return parameters<nesting, T>(sizes<nesting>(input{in}, hidden{states}));
}

// All entries are different, and some are special numbers.
template <class T>
parameters<nesting, T> numbered()
{
    auto p = make<T>();
    T next = T(0.1);
    for (std::size_t i = 0; i < p.count; ++i) {
        for (T& entry : p.entries(i)) {
            entry = next;
            next *= T(-1.7);
        }
    }
    p["b"_s](1) = std::numeric_limits<T>::infinity();
    p["b"_s](2) = std::numeric_limits<T>::denorm_min();
    p["b"_s](3) = T(-0.0);
    return p;
}

// Bit by bit, so that NaN equals itself and 0 differs from -0.
template <class T>
bool same(parameters<nesting, T> const& a, parameters<nesting, T> const& b)
{
    return a.flat().size() == b.flat().size() &&
           std::memcmp(a.flat().data(), b.flat().data(), a.flat().size_bytes()) == 0;
}

template <class T>
std::string refusal(std::filesystem::path const& path, parameters<nesting, T> p = make<T>())
{
    p.fill(7);
    auto const before = p;
    try {
        load_safetensors(path, p);
    } catch (file_error const& e) {
        CHECK(same(p, before));
        std::string const text = e.what();
        std::string const start = "rondo: loading '" + path.string() + "': ";
        CHECK(text.starts_with(start));
        return text.substr(std::min(start.size(), text.size()));
    }
    return "accepted";
}

// The length of a header, as a file begins.
std::string with_length(std::size_t length)
{
    std::string bytes(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[i] = static_cast<char>(length >> 8 * i & 0xff);
    }
    return bytes;
}

// The message about a file that was opened for its metadata.
std::string metadata_refusal(std::filesystem::path const& path)
{
    try {
        read_safetensors_metadata(path);
    } catch (file_error const& e) {
        return e.parts().text().substr(e.parts().text().find("expected "));
    }
    return "accepted";
}

// A file with more text at the beginning of its header.
std::string extended(std::string const& bytes, std::string const& more)
{
    std::size_t const header = bytes.find_last_of('}') + 1;
    std::string const text = "{" + more + bytes.substr(9, header - 9);
    return with_length(text.size()) + text + bytes.substr((header + 7) / 8 * 8);
}

// The memory that a function takes at most, in MiB, if it succeeds in a process of its own.
template <class Function>
int mebibytes_of(Function const& run)
{
    ::pid_t const child = ::fork();
    if (child == 0) {
        auto const peak = [] {
            rusage usage{};
            ::getrusage(RUSAGE_SELF, &usage);
            return usage.ru_maxrss / 1024;
        };
        auto const before = peak();
        bool const good = run();
        ::_exit(good ? static_cast<int>(std::min(peak() - before, 254L)) : 255);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) != 255);
    return WEXITSTATUS(status);
}

std::string replaced(std::string text, std::string const& from, std::string const& to)
{
    REQUIRE(text.find(from) != std::string::npos);
    return text.replace(text.find(from), from.size(), to);
}

}  // namespace

TEST_CASE_TEMPLATE("saved parameters are loaded, equal to the bit, with their metadata", T, float, double)
{
    temporary_folder const folder;
    auto const path = folder.path / "model.safetensors";
    auto p = numbered<T>();
    p["f.gain"_s] = std::numeric_limits<T>::quiet_NaN();
    std::map<std::string, std::string> const metadata{{"hidden", "5"}, {"cell", "nesting"}};
    save_safetensors(path, p, metadata);
    auto loaded = make<T>();
    CHECK(load_safetensors(path, loaded) == metadata);
    CHECK(same(p, loaded));
    CHECK(read_safetensors_metadata(path) == metadata);

    save_safetensors(path, loaded);
    CHECK(load_safetensors(path, loaded).empty());
    CHECK(read_safetensors_metadata(path).empty());
    CHECK(same(p, loaded));
    CHECK(folder.names() == std::vector<std::string>{"model.safetensors"});
}

TEST_CASE("the file agrees with the format byte by byte")
{
    temporary_folder const folder;
    auto const path = folder.path / "model";
    auto p = make<float>(1, 2);
    p["f.W"_s](0, 0) = 1;
    p["f.W"_s](1, 0) = 2;
    p["f.gain"_s] = 3;
    p["b"_s](0) = 4;
    p["b"_s](1) = -5;
    save_safetensors(path, p, {{"note", "x"}});
    std::string const header = R"({"__metadata__":{"note":"x"},)"
                               R"("b":{"data_offsets":[12,20],"dtype":"F32","shape":[2]},)"
                               R"("f.W":{"data_offsets":[0,8],"dtype":"F32","shape":[2,1]},)"
                               R"("f.gain":{"data_offsets":[8,12],"dtype":"F32","shape":[]}})";
    std::string const padding((8 - header.size() % 8) % 8, ' ');
    std::string const data("\0\0\x80\x3f\0\0\0\x40\0\0\x40\x40\0\0\x80\x40\0\0\xa0\xc0", 20);
    std::string const bytes = contents(path);
    CHECK(static_cast<unsigned char>(bytes[0]) == header.size() + padding.size());
    CHECK(bytes.substr(1, 7) == std::string(7, '\0'));
    CHECK(bytes.substr(8) == header + padding + data);
}

TEST_CASE("tensors may be in any order")
{
    temporary_folder const folder;
    auto const path = folder.path / "model";
    std::string const header = R"({"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
                               R"("f.gain":{"dtype":"F32","shape":[],"data_offsets":[8,12]},)"
                               R"("f.W":{"dtype":"F32","shape":[2,1],"data_offsets":[12,20]}})";
    std::string bytes(8, '\0');
    bytes[0] = static_cast<char>(header.size());
    float const data[] = {4, -5, 3, 1, 2};
    write(path, bytes + header + std::string(reinterpret_cast<char const*>(data), sizeof data));
    auto p = make<float>(1, 2);
    load_safetensors(path, p);
    CHECK(p["f.W"_s](0, 0) == 1);
    CHECK(p["f.W"_s](1, 0) == 2);
    CHECK(p["f.gain"_s] == 3);
    CHECK(p["b"_s](0) == 4);
    CHECK(p["b"_s](1) == -5);
}

TEST_CASE("parameters that are not those of the cell are rejected and nothing is changed")
{
    temporary_folder const folder;
    auto const path = folder.path / "model";
    save_safetensors(path, numbered<float>());
    CHECK(refusal(path, make<float>()) == "accepted"s);
    CHECK(refusal(path, make<double>()) == "expected tensor 'b' of F64 (5); found F32 (5)"s);
    CHECK(refusal(path, make<float>(4, 5)) == "expected tensor 'f.W' of F32 (5, 4); found F32 (5, 3)"s);

    std::string const bytes = contents(path);
    write(path, replaced(bytes, "\"b\"", "\"c\""));
    CHECK(refusal(path, make<float>()) == "expected no tensors but the parameters of the cell; found 'c'"s);
    write(path, replaced(bytes, "[5,3]", "[3,5]"));
    CHECK(refusal(path, make<float>()) == "expected tensor 'f.W' of F32 (5, 3); found F32 (3, 5)"s);
    write(path, replaced(replaced(bytes, "[64,84]", "[63,84]"), "[60,64]", "[60,63]"));
    CHECK(refusal(path, make<float>()) == "expected tensor 'b' of F32 (5) in 20 bytes; found 21"s);
    write(path, replaced(bytes, "F32", "I\\n"));
    CHECK(refusal(path, make<float>()) == "expected tensor 'b' of F32 (5); found I\\x0a (5)"s);
    std::string const name = "\"" + std::string(200, 'z') + "\"";
    std::string const more = ":{\"dtype\":\"I8\",\"shape\":[0],\"data_offsets\":[84,84]},";
    write(path, extended(bytes, name + more));
    CHECK(refusal(path, make<float>()) ==
          "expected no tensors but the parameters of the cell; found '" + std::string(100, 'z') + "...'");
    write(path, extended(bytes, "\"f.gain\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[60,64]},"));
    CHECK(refusal(path, make<float>()) == "expected names in the header to be unique; found 'f.gain' twice"s);
    write(path, with_length(2) + "{}");
    CHECK(refusal(path, make<float>()) == "expected tensor 'b' of F32 (5); found none of this name"s);
}

TEST_CASE("a truncated file, or one with trailing bytes, is rejected")
{
    temporary_folder const folder;
    auto const path = folder.path / "model";
    save_safetensors(path, numbered<double>(), {{"note", "text"}});
    std::string const bytes = contents(path);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        write(path, bytes.substr(0, length));
        CHECK(refusal<double>(path) != "accepted");
        CHECK_THROWS_AS(read_safetensors_metadata(path), file_error);
    }
    write(path, bytes + '\0');
    CHECK(refusal<double>(path) == "expected 168 bytes of data, as the header says; found 169"s);
}

TEST_CASE("a header with a flipped bit is rejected, or has an equal meaning")
{
    temporary_folder const folder;
    auto const path = folder.path / "model";
    auto const saved = numbered<float>();
    save_safetensors(path, saved, {{"note", "text"}});
    std::string const bytes = contents(path);
    std::size_t const end = bytes.size() - 4 * saved.size();
    int accepted = 0;
    for (std::size_t at = 0; at < end; ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string wrong = bytes;
            wrong[at] = static_cast<char>(wrong[at] ^ 1 << bit);
            write(path, wrong);
            auto p = make<float>();
            p.fill(7);
            auto const before = p;
            try {
                load_safetensors(path, p);
                ++accepted;
                CHECK(same(p, saved));
            } catch (file_error const&) {
                CHECK(same(p, before));
            }
        }
    }
    // Only in the texts of the metadata may a bit differ.
    CHECK(accepted <= 8 * static_cast<int>(std::string("notetext__metadata__").size()));
}

TEST_CASE("a missing file, and one of another kind, is rejected")
{
    temporary_folder const folder;
    CHECK(refusal<float>(folder.path / "none") ==
          "expected a file that can be read; found No such file or directory"s);
    CHECK(refusal<float>(folder.path) == "expected a regular file; found a directory"s);
    CHECK(refusal<float>("/dev/zero") == "expected a regular file; found a character device"s);
    auto const fifo = folder.path / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    CHECK(refusal<float>(fifo) == "expected a regular file; found a FIFO"s);
}

TEST_CASE("a header that is longer than its tensors explain is rejected before it is read" *
          doctest::skip(!rondo::test::memory_is_counted()))
{
    temporary_folder const folder;
    auto const path = folder.path / "model";
    write(path, with_length(91'000'000));
    std::filesystem::resize_file(path, 91'000'008);  // with zeros that take no place on the disk
    std::string const longest = std::to_string(max_header_bytes_of(header_for(make<float>())));
    int const mebibytes = mebibytes_of([&] {
        std::string const found = " bytes; found a length of 91000000";
        return refusal<float>(path) == "expected a header of at most " + longest + found &&
               metadata_refusal(path) == "expected a header of at most 33554432" + found;
    });
    CHECK(mebibytes <= 8);
}

TEST_CASE("a header of many names takes no more than a few times its length" *
          doctest::skip(!rondo::test::memory_is_counted()))
{
    temporary_folder const folder;
    auto const path = folder.path / "model";
    std::string header = "{";
    std::string const entry = R"(":{"dtype":"F32","shape":[],"data_offsets":[0,0]})";
    for (std::size_t i = 0; header.size() < 10'000'000; ++i) {
        header += (i == 0 ? "\"" : ",\"") + std::to_string(1'000'000 + i) + entry;
    }
    write(path, with_length(header.size() + 1) + header + "}");
    header = {};
    CHECK(mebibytes_of([&] {
              return refusal<float>(path) ==
                     "expected no tensors but the parameters of the cell; found '1000000'"s;
          }) <= 16);
    CHECK(mebibytes_of([&] { return read_safetensors_metadata(path).empty(); }) <= 30);
}

TEST_CASE("metadata that can be saved can be loaded")
{
    temporary_folder const folder;
    auto const path = folder.path / "model";
    auto p = numbered<float>();
    std::map<std::string, std::string> metadata{{"long", std::string(4'000'000, '\x01')}};
    save_safetensors(path, p, metadata);
    CHECK(load_safetensors(path, p) == metadata);
    CHECK(read_safetensors_metadata(path) == metadata);
    metadata["more"] = std::string(200'000, 'x');
    CHECK_THROWS_AS(save_safetensors(path, p, metadata), input_error);
}

TEST_CASE("saving that fails leaves the old file")
{
    temporary_folder const folder;
    auto const path = folder.path / "model";
    auto const saved = numbered<float>();
    save_safetensors(path, saved);
    CHECK_THROWS_AS(save_safetensors(path, make<float>(), {{"note", "\xff"}}), input_error);
    CHECK_THROWS_AS(save_safetensors(path / "below", saved), file_error);
    auto p = make<float>();
    load_safetensors(path, p);
    CHECK(same(p, saved));
    CHECK(folder.names() == std::vector<std::string>{"model"});
}

TEST_CASE("tensors have all dimensions of a parameter")
{
    using cell = rondo::test::mlstm;
    temporary_folder const folder;
    auto const path = folder.path / "model";
    sizes<cell> const bound(input{3}, rondo::test::heads{2}, rondo::test::keys{5}, rondo::test::values{4});
    parameters<cell, float> p(bound);
    p["W_v"_s](1, 3, 2) = 0.5F;
    save_safetensors(path, p);
    CHECK(contents(path).find(R"("dtype":"F32","shape":[2,4,3]})") != std::string::npos);
    parameters<cell, float> loaded(bound);
    load_safetensors(path, loaded);
    CHECK(loaded["W_v"_s] == p["W_v"_s]);
}

TEST_CASE("constants are saved and loaded under their names")
{
    temporary_folder const folder;
    auto const path = folder.path / "model";
    using with_constants = parameters<rondo::test::legendre, double>;
    sizes<rondo::test::legendre> const bound(input{3}, hidden{5});
    with_constants p(bound);
    p["A"_s].fill(3);
    p["B"_s].fill(-2);
    p["rate"_s] = 0.25;
    p["e"_s].fill(7);
    save_safetensors(path, p);
    with_constants loaded(bound);
    load_safetensors(path, loaded);
    CHECK(loaded["A"_s] == p["A"_s]);
    CHECK(loaded["B"_s] == p["B"_s]);
    CHECK(loaded["rate"_s] == 0.25);
    CHECK(loaded["e"_s] == p["e"_s]);
}
