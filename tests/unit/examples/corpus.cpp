#include <characters/batches.hpp>
#include <shared/corpus.hpp>
#include <shared/text.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace characters;
using namespace shared;
namespace fs = std::filesystem;

namespace {

// A temporary directory, removed by the destructor.
struct scratch {
    fs::path path = fs::temp_directory_path() / ("rondo-corpus-" + std::to_string(std::random_device()()));

    scratch() { fs::create_directories(path); }
    ~scratch() { fs::remove_all(path); }

    fs::path file(std::string const& name, std::string_view bytes) const
    {
        std::ofstream(path / name, std::ios::binary) << bytes;
        return path / name;
    }
};

template <typename Function>
std::string message(Function const& function)
{
    try {
        function();
    } catch (std::runtime_error const& error) {
        return error.what();
    }
    return "nothing was thrown";
}

std::string refusal(std::string_view bytes)
{
    return message([&] { decode_utf8(bytes, "f"); });
}

// `length` code points, the k-th of which is 'a' + k / 2000 % 26: its block's letter.
std::u32string lettered(std::size_t length)
{
    std::u32string text;
    for (std::size_t k = 0; k < length; ++k) {
        text += static_cast<char32_t>('a' + k / corpus::block_length % 26);
    }
    return text;
}

}  // namespace

TEST_CASE("utf8: decodes and encodes code points at the ends of every length")
{
    std::u32string const points = U"a\x7F\x80\x7FF\x800\xD7FF\xE000\xFFFF\U00010000\U0010FFFF";
    std::string bytes;
    for (auto const point : points)
        bytes += encode_utf8(point);
    CHECK(bytes.size() == 2 * 1 + 2 * 2 + 4 * 3 + 2 * 4);
    CHECK(decode_utf8(bytes, "f") == points);
    CHECK(decode_utf8("na\xC3\xAFve \xE2\x82\xAC", "f") == U"na\u00EFve \u20AC");
    CHECK(decode_utf8("\xEF\xBB\xBFmark", "f") == U"mark");
    CHECK(decode_utf8("", "f").empty());
}

TEST_CASE("utf8: rejects ill-formed text with the position")
{
    std::string const expected = "f: expected text in UTF-8, found ";
    CHECK(refusal({"ab\0c", 4}) == expected + "a NUL byte (a binary file?) at byte offset 2");
    CHECK(refusal("a\x80") == expected + "the byte 0x80, which begins no character, at byte offset 1");
    CHECK(refusal("\xC3(") == expected + "the byte 0x28 inside a character at byte offset 1");
    CHECK(refusal("ok\xE2\x82") == expected + "the end of the text inside a character at byte offset 4");
    CHECK(refusal("\xE0\x80\x80") == expected + "an overlong sequence at byte offset 0");
    CHECK(refusal("\xF0\x80\x80\x80") == expected + "an overlong sequence at byte offset 0");
    CHECK(refusal("x\xED\xA0\x80") == expected + "half of a surrogate pair at byte offset 1");
    CHECK(refusal("\xF4\x90\x80\x80") == expected + "a value above U+10FFFF at byte offset 0");
    for (auto const* const bytes : {"\xC0\x80", "\xC1\xBF", "\xF5\x80\x80\x80", "\xFF"}) {
        CHECK(refusal(bytes).find("which begins no character, at byte offset 0") != std::string::npos);
    }
}

TEST_CASE("text: reads a file, rejects other paths")
{
    scratch const directory;
    CHECK(read_text(directory.file("good", "z\xC3\xBC")) == U"z\u00FC");

    auto const refused = [](fs::path const& path) { return message([&] { read_text(path); }); };
    auto const path = [&](char const* name) { return (directory.path / name).string(); };
    std::string const expected = ": expected a readable text file, found ";
    CHECK(refused(path("none")) == path("none") + expected + "nothing of that name");
    CHECK(refused(directory.path) == directory.path.string() + expected + "a directory");
    CHECK(refused(directory.file("empty", "")) == path("empty") + expected + "an empty file");
    CHECK(refused("/dev/null") == "/dev/null" + expected + "a device or a socket");
    CHECK(refused(path("good/below")).starts_with(path("good/below") + expected));
    CHECK(refused(directory.file("binary", {"\x7F"
                                            "ELF\0",
                                            5}))
              .starts_with(path("binary") + ": expected text"));

    auto const closed = directory.file("closed", "text");
    fs::permissions(closed, fs::perms::none);
    if (!std::ifstream(closed)) {  // the superuser may read it
        CHECK(refused(closed).find("Permission denied") != std::string::npos);
    }
}

TEST_CASE("text: reads each licence once, sorted by name")
{
    scratch const directory;
    directory.file("GPL-3", "three ");
    directory.file("GPL-2", "two ");
    directory.file("Artistic", "art ");
    directory.file("Z-copy", "two ");
    fs::create_symlink("GPL-3", directory.path / "GPL");
    fs::create_directory(directory.path / "AAA");
    CHECK(read_licences(directory.path) == U"art two three ");

    CHECK(message([&] { read_licences(directory.path / "AAA"); }).find("found no file") != std::string::npos);
    CHECK(message([&] { read_licences(directory.path / "none"); }).find("No such file") != std::string::npos);
}

TEST_CASE("vocabulary: symbols are ascending code points, then the unknown one")
{
    vocabulary const known(U"banana", false);
    CHECK(known.size() == 3);
    CHECK(known.encode(U"nab") == run{2, 0, 1});
    CHECK(known.decode(1) == "b");
    CHECK_FALSE(known.unknown());
    CHECK_THROWS_AS(known.encode(U'x'), std::out_of_range);
    CHECK_THROWS_AS(known.decode(3), std::out_of_range);
    CHECK_THROWS_AS(known.decode(-1), std::out_of_range);

    vocabulary const open(U"banana", true);
    CHECK(open.size() == 4);
    CHECK(open.unknown() == 3);
    CHECK(open.encode(U"ax") == run{0, 3});
    CHECK(open.decode(3) == "\xEF\xBF\xBD");
}

TEST_CASE("corpus: every tenth block is held out, the rest is runs without gaps")
{
    // 23 whole blocks and a rest: blocks 9 and 19 (j and t) are held out.
    auto const text = lettered(23 * corpus::block_length + 17);
    auto const parts = split(text, "f");
    REQUIRE(parts.training.size() == 3);
    REQUIRE(parts.held_out.size() == 2);
    CHECK(parts.training[0].size() == 9 * corpus::block_length);
    CHECK(parts.training[1].size() == 9 * corpus::block_length);
    CHECK(parts.training[2].size() == 3 * corpus::block_length + 17);
    CHECK(count(parts.training) + count(parts.held_out) == text.size());

    // No training text has j or t: each of their characters is unknown.
    REQUIRE(parts.symbols.unknown());
    CHECK(parts.symbols.size() == 24 - 2 + 1);
    CHECK_FALSE(parts.symbols.contains(U'j'));
    run const unknown(corpus::block_length, *parts.symbols.unknown());
    CHECK(parts.held_out[0] == unknown);
    CHECK(parts.held_out[1] == unknown);
    CHECK(parts.symbols.decode(parts.training[1].front()) == "k");
    CHECK(parts.symbols.decode(parts.training[2].back()) == "x");

    auto const again = split(text, "f");
    CHECK(again.training == parts.training);
    CHECK(again.held_out == parts.held_out);
}

TEST_CASE("corpus: an unknown symbol only if needed; rejects a short text")
{
    std::u32string text(corpus::smallest_text, U'a');
    text.back() = text.front() = U'b';
    auto const parts = split(text, "f");
    CHECK(parts.symbols.size() == 2);
    CHECK_FALSE(parts.symbols.unknown());
    CHECK(parts.training.size() == 1);
    CHECK(parts.held_out.size() == 1);

    text.pop_back();
    CHECK(message([&] {
              split(text, "f");
          }).starts_with("f: expected at least 20000 characters, found 19999; "));
    CHECK(message([&] { split(U"", "f"); }).find("found 0") != std::string::npos);
}

TEST_CASE("batches: streams continue from window to window and contain every pair once")
{
    std::vector<run> const runs{{0, 1, 2, 3, 4}, {5}, {}, {6, 7, 0, 3, 5, 1, 2, 6, 4, 7}};
    std::vector<std::pair<int, int>> pairs;
    for (auto const& text : runs) {
        for (std::size_t i = 1; i < text.size(); ++i)
            pairs.emplace_back(text[i - 1], text[i]);
    }
    REQUIRE(pairs.size() == 13);

    for (int const streams : {1, 2, 3, 13}) {
        for (int const steps : {1, 2, 3, 4, 5, 100}) {
            for (std::size_t const offset : {0U, 5U, 26U}) {
                CAPTURE(streams);
                CAPTURE(steps);
                CAPTURE(offset);
                batches order(runs, streams, steps, 8);
                CHECK_FALSE(order.advance());
                auto const length = 13 / static_cast<std::size_t>(streams);
                CHECK(order.characters() == length * static_cast<std::size_t>(streams));
                for (int epoch = 0; epoch < 2; ++epoch) {
                    std::size_t time = 0;
                    std::size_t windows = 0;
                    for (order.start(offset); order.advance(); ++windows) {
                        auto const& [inputs, targets] = order.current();
                        CHECK(targets.shape(0) >= 1);
                        CHECK(targets.shape(0) <= static_cast<std::size_t>(steps));
                        REQUIRE(inputs.shape(0) == targets.shape(0));
                        for (std::size_t t = 0; t < targets.shape(0); ++t, ++time) {
                            for (std::size_t b = 0; b < static_cast<std::size_t>(streams); ++b) {
                                auto const pair = pairs[(offset + b * length + time) % 13];
                                CHECK(targets(t, b) == pair.second);
                                for (std::size_t s = 0; s < 8; ++s) {
                                    CHECK(inputs(t, b, s) ==
                                          (s == static_cast<std::size_t>(pair.first) ? 1 : 0));
                                }
                            }
                        }
                    }
                    CHECK(time == length);
                    CHECK(windows == order.windows());
                }
            }
        }
    }
}

TEST_CASE("batches: held-out blocks are parallel streams")
{
    batches order({{0, 1, 2, 0}, {2, 2, 1, 1}}, 2, 2, 3);
    order.start();
    REQUIRE(order.advance());
    auto const* const first = order.current().inputs.data();
    CHECK(order.current().targets == xt::xtensor<int, 2>{{1, 2}});
    REQUIRE(order.advance());
    CHECK(order.current().targets == xt::xtensor<int, 2>{{2, 1}, {0, 1}});
    CHECK_FALSE(order.advance());
    order.start();
    REQUIRE(order.advance());
    CHECK(order.current().inputs.data() == first);
}

TEST_CASE("batches: the share of blanks is as set, differs by epoch, is determined by the seed")
{
    run text;
    for (int k = 0; k < 5'000; ++k)
        text.push_back(k % 3);
    auto const draw = [&](double share, std::uint64_t seed) {
        batches order({text}, 4, 50, 3, {share, seed});
        std::vector<double> inputs;
        for (int epoch = 0; epoch < 2; ++epoch) {
            for (order.start(); order.advance();) {
                auto const& [hot, targets] = order.current();
                for (std::size_t t = 0; t < hot.shape(0); ++t) {
                    for (std::size_t b = 0; b < 4; ++b) {
                        auto const next = static_cast<std::size_t>(targets(t, b));
                        CHECK(hot(t, b, next) + hot(t, b, (next + 1) % 3) == 0);
                        inputs.push_back(hot(t, b, (next + 2) % 3));
                    }
                }
            }
        }
        return inputs;
    };
    auto const seen = [](std::vector<double> const& inputs) {
        return std::accumulate(inputs.begin(), inputs.end(), 0.0) / static_cast<double>(inputs.size());
    };
    auto const drawn = draw(0.2, 1);
    // The standard deviation of the mean of 9,992 draws is 0.004; the tolerance is five times that.
    CHECK(seen(drawn) == doctest::Approx(0.8).epsilon(0.025));
    auto const middle = drawn.begin() + static_cast<std::ptrdiff_t>(drawn.size() / 2);
    CHECK_FALSE(std::equal(drawn.begin(), middle, middle));
    CHECK(draw(0.2, 1) == drawn);
    CHECK(draw(0.2, 2) != drawn);
    CHECK(seen(draw(0, 1)) == 1);
    CHECK(seen(draw(1, 1)) == 0);
}

TEST_CASE("batches: rejects invalid arguments")
{
    std::vector<run> const runs{{0, 1, 2}};
    CHECK_THROWS_AS(batches(runs, 0, 1, 3), std::invalid_argument);
    CHECK_THROWS_AS(batches(runs, 1, 0, 3), std::invalid_argument);
    CHECK_THROWS_AS(batches(runs, 1, 1, 0), std::invalid_argument);
    CHECK_THROWS_AS(batches(runs, 1, 1, 2), std::invalid_argument);
    CHECK_THROWS_AS(batches({{0, -1}}, 1, 1, 2), std::invalid_argument);
    CHECK_THROWS_AS(batches(runs, 1, 1, 3, {1.1, 0}), std::invalid_argument);
    CHECK_THROWS_AS(batches({}, 1, 1, 2), std::invalid_argument);
    CHECK_THROWS_WITH_AS(batches(runs, 3, 1, 3),
                         "batches: expected a character with a successor for each of 3 streams, "
                         "found 2 in all",
                         std::invalid_argument);
}
