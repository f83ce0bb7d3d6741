#include <rondo/io/safetensors.hpp>

#include <rondo/lang/cell.hpp>

#include <doctest/doctest.h>

#include "temporary_folder.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

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

    constexpr auto operator()(vec<input> x) const { return gain * (W * x); }
};
}  // namespace
BOOST_HANA_ADAPT_STRUCT(inner, W, gain);
namespace {

struct outer {
    inner f;
    bias<hidden> b;

    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{tanh(f(x) + h + b)}; }
};
}  // namespace
BOOST_HANA_ADAPT_STRUCT(outer, f, b);
namespace {

template <class T>
parameters<outer, T> make(std::size_t in = 3, std::size_t states = 5)
{
    return parameters<outer, T>(sizes<outer>(input{in}, hidden{states}));
}

// All entries are different, and some are special numbers.
template <class T>
parameters<outer, T> numbered()
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
bool same(parameters<outer, T> const& a, parameters<outer, T> const& b)
{
    return a.flat().size() == b.flat().size() &&
           std::memcmp(a.flat().data(), b.flat().data(), a.flat().size_bytes()) == 0;
}

template <class T>
std::string refusal(std::filesystem::path const& path, parameters<outer, T> p = make<T>())
{
    p.fill(7);
    auto const before = p;
    try {
        load_safetensors(path, p);
    } catch (std::runtime_error const& e) {
        CHECK(same(p, before));
        std::string const text = e.what();
        std::string const start = "rondo: cannot load '" + path.string() + "': ";
        CHECK(text.starts_with(start));
        return text.substr(std::min(start.size(), text.size()));
    }
    return "accepted";
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
    std::map<std::string, std::string> const metadata{{"hidden", "5"}, {"cell", "outer"}};
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
    CHECK(refusal(path, make<float>()) == "expected tensor 'b' of F32 (5); found none of this name"s);
    write(path, replaced(bytes, "[5,3]", "[3,5]"));
    CHECK(refusal(path, make<float>()) == "expected tensor 'f.W' of F32 (5, 3); found F32 (3, 5)"s);
    write(path, replaced(replaced(bytes, "[64,84]", "[63,84]"), "[60,64]", "[60,63]"));
    CHECK(refusal(path, make<float>()) == "expected tensor 'b' of F32 (5) in 20 bytes; found 21"s);
    std::string const more = R"("z":{"dtype":"I8","shape":[0],"data_offsets":[84,84]},"b")";
    std::string longer = replaced(bytes, "\"b\"", more);
    longer[0] = static_cast<char>(longer[0] + static_cast<char>(more.size() - 3));
    write(path, longer);
    CHECK(refusal(path, make<float>()) == "expected no tensors but the parameters of the cell; found 'z'"s);
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
        CHECK_THROWS_AS(read_safetensors_metadata(path), std::runtime_error);
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
            } catch (std::runtime_error const&) {
                CHECK(same(p, before));
            }
        }
    }
    // Only in the texts of the metadata may a bit differ.
    CHECK(accepted <= 8 * static_cast<int>(std::string("notetext__metadata__").size()));
}

TEST_CASE("a missing file and a folder are rejected")
{
    temporary_folder const folder;
    CHECK(refusal<float>(folder.path / "none") ==
          "expected a file that can be read; found No such file or directory"s);
    CHECK(refusal<float>(folder.path) == "expected a file that can be read; found Is a directory"s);
}

TEST_CASE("saving that fails leaves the old file")
{
    temporary_folder const folder;
    auto const path = folder.path / "model";
    auto const saved = numbered<float>();
    save_safetensors(path, saved);
    CHECK_THROWS_AS(save_safetensors(path, make<float>(), {{"note", "\xff"}}), std::invalid_argument);
    CHECK_THROWS_AS(save_safetensors(path / "below", saved), std::runtime_error);
    auto p = make<float>();
    load_safetensors(path, p);
    CHECK(same(p, saved));
    CHECK(folder.names() == std::vector<std::string>{"model"});
}
