#include <rondo/io/read_safetensors_header.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <sstream>
#include <string>

namespace read_safetensors_header_test {

namespace {

using namespace std::string_literals;
using rondo::file_error;
using rondo::io_internal::max_header_bytes;
using rondo::io_internal::read_safetensors_header;
using rondo::io_internal::safetensors_header;
using rondo::io_internal::stored_tensor;
using rondo::io_internal::to_bytes;

// A file's first bytes: the length, and this header.
std::string with_length(std::string const& header)
{
    std::string bytes(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[i] = static_cast<char>(static_cast<std::uint64_t>(header.size()) >> 8 * i & 0xff);
    }
    return bytes + header;
}

safetensors_header read(std::string const& bytes, std::uint64_t size)
{
    std::istringstream in(bytes);
    safetensors_header header;
    header.metadata = read_safetensors_header(
        in, size, max_header_bytes, "loading 'file'",
        [&](std::string const& name, stored_tensor const& t) { header.tensors[name] = t; });
    CHECK(in.tellg() == static_cast<std::streamoff>(bytes.size()));
    return header;
}

// The message about a file with this header and a number of bytes of data.
std::string refusal(std::string const& header, std::size_t data_bytes = 0)
{
    std::string const bytes = with_length(header);
    try {
        read(bytes, bytes.size() + data_bytes);
    } catch (file_error const& e) {
        std::string const text = e.what();
        CHECK(text.starts_with("rondo: loading 'file': expected "));
        return text.substr(text.find("expected "));
    }
    return "accepted";
}

}  // namespace

TEST_CASE("a written header can be read")
{
    safetensors_header header;
    header.tensors["f.W"] = {"F32", {2, 3}, 8, 32};
    header.tensors["a"] = {"F64", {}, 0, 8};
    header.metadata = {{"key", "quoted \" text"}, {"größe", "\n\u00e9"}};
    std::string const bytes = to_bytes(header);
    CHECK(read(bytes, bytes.size() + 32) == header);

    std::string const empty = to_bytes({});
    CHECK(read(empty, empty.size()) == safetensors_header{});
}

TEST_CASE("order, spaces and foreign types do not matter")
{
    std::string const bytes = with_length(R"({ "b" : {"shape":[0],"data_offsets":[8,8],"dtype":"I8"},
        "a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}   )"
                                          "\n");
    auto const header = read(bytes, bytes.size() + 8);
    CHECK(header.tensors.size() == 2);
    CHECK(header.tensors.at("a").shape == std::vector<std::uint64_t>{2, 1});
    CHECK(header.tensors.at("b").type == "I8"s);
    CHECK(header.metadata.empty());
}

TEST_CASE("an impossible length is rejected")
{
    CHECK_THROWS_WITH_AS(read("", 0),
                         "rondo: loading 'file': expected 8 bytes with the length of a header; found 0",
                         file_error);
    CHECK_THROWS_AS(read("1234567", 7), file_error);
    CHECK_THROWS_AS(read("1234567", 9), file_error);  // the file shrank in between
    std::string const bytes = with_length("{}");
    CHECK_THROWS_WITH(read(bytes, 9),
                      "rondo: loading 'file': expected a header of at most 1 bytes; found a length of 2");
    std::string const most(8, '\xff');
    CHECK_THROWS_WITH(read(most, std::numeric_limits<std::uint64_t>::max()),
                      "rondo: loading 'file': expected a header of at most 33554432 bytes; found "
                      "a length of 18446744073709551615");
    CHECK_THROWS_WITH(read(bytes.substr(0, 9), 10),
                      "rondo: loading 'file': expected 2 bytes of header; found 1");
}

TEST_CASE("a text that is no header is rejected")
{
    CHECK(refusal("") == "expected a header that starts with '{'; found none"s);
    CHECK(refusal(" {}") == "expected a header that starts with '{'; found another character"s);
    CHECK(refusal("[]").starts_with("expected a header that starts with"));
    CHECK(refusal("{").starts_with("expected a header in JSON; found [json.exception.parse_error"));
    CHECK(refusal("{}{}").starts_with("expected a header in JSON"));
    CHECK(refusal("{\"a\xff\":1}").starts_with("expected a header in JSON"));
}

TEST_CASE("ranges with gaps or overlaps, or outside of the data, are rejected")
{
    auto const two = [](std::string const& a, std::string const& b, std::size_t data_bytes) {
        std::string const start = R"({"dtype":"F32","shape":[1],"data_offsets":[)";
        return refusal("{\"a\":" + start + a + "]},\"b\":" + start + b + "]}}", data_bytes);
    };
    std::string const next = "expected the next tensor at byte 4 of the data; found it at bytes ";
    CHECK(two("0,4", "4,8", 8) == "accepted"s);
    CHECK(two("4,8", "0,4", 8) == "accepted"s);
    CHECK(two("0,4", "5,9", 9) == next + "5 to 9");
    CHECK(two("0,4", "2,6", 6) == next + "2 to 6");
    CHECK(two("0,4", "0,4", 4) == next + "0 to 4");
    CHECK(two("4,8", "8,12", 12) ==
          "expected the next tensor at byte 0 of the data; found it at bytes 4 to 8"s);
    CHECK(two("0,4", "4,0", 4).ends_with("found data_offsets 4 and 0"));
    CHECK(two("0,4", "4,8", 7) == "expected 8 bytes of data, as the header says; found 7"s);
    CHECK(two("0,4", "4,8", 9) == "expected 8 bytes of data, as the header says; found 9"s);
    CHECK(two("0,4", "4,18446744073709551615", 8).starts_with("expected 18446744073709551615 bytes"));
    CHECK(refusal("{}", 1) == "expected 0 bytes of data, as the header says; found 1"s);
}

}  // namespace read_safetensors_header_test
