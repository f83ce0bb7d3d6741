#include <rondo/io/safetensors_header.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <sstream>
#include <string>

namespace {

using namespace std::string_literals;
using rondo::io_internal::read_safetensors_header;
using rondo::io_internal::safetensors_header;
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
    auto header = read_safetensors_header(in, size, "file");
    CHECK(in.tellg() == static_cast<std::streamoff>(bytes.size()));
    return header;
}

// The message about a file with this header and a number of bytes of data.
std::string refusal(std::string const& header, std::size_t data_bytes = 0)
{
    std::string const bytes = with_length(header);
    try {
        read(bytes, bytes.size() + data_bytes);
    } catch (std::runtime_error const& e) {
        std::string const text = e.what();
        CHECK(text.starts_with("rondo: cannot load 'file': expected "));
        return text.substr(text.find("expected "));
    }
    return "accepted";
}

std::string const tensor = R"({"dtype":"F32","shape":[2,1],"data_offsets":[0,8]})";

}  // namespace

TEST_CASE("a written header can be read")
{
    safetensors_header header;
    header.tensors["f.W"] = {"F32", {2, 3}, 8, 32};
    header.tensors["a"] = {"F64", {}, 0, 8};
    header.metadata = {{"key", "quoted \" text"}, {"größe", "\n\u00e9"}};
    std::string const bytes = to_bytes(header);
    CHECK(bytes.size() % 8 == 0);
    CHECK(bytes[8] == '{');
    CHECK(read(bytes, bytes.size() + 32) == header);

    std::string const empty = to_bytes({});
    CHECK(empty == std::string("\x08\0\0\0\0\0\0\0{}      ", 16));
    CHECK(read(empty, empty.size()) == safetensors_header{});
}

TEST_CASE("texts that are not UTF-8 are not written")
{
    safetensors_header header;
    header.metadata["key"] = "\xff";
    CHECK_THROWS_AS(to_bytes(header), std::invalid_argument);
}

TEST_CASE("order, spaces and foreign types do not matter")
{
    std::string const bytes = with_length(R"({ "b" : {"shape":[0],"data_offsets":[8,8],"dtype":"I8"},
        "a":)" + tensor + "}   \n");
    auto const header = read(bytes, bytes.size() + 8);
    CHECK(header.tensors.size() == 2);
    CHECK(header.tensors.at("a").shape == std::vector<std::uint64_t>{2, 1});
    CHECK(header.tensors.at("b").type == "I8"s);
    CHECK(header.metadata.empty());
}

TEST_CASE("an impossible length is rejected")
{
    CHECK_THROWS_WITH(read("", 0),
                      "rondo: cannot load 'file': expected 8 bytes with the length of a header; found 0");
    CHECK_THROWS_AS(read("1234567", 7), std::runtime_error);
    CHECK_THROWS_AS(read("1234567", 9), std::runtime_error);  // the file shrank in between
    std::string const bytes = with_length("{}");
    CHECK_THROWS_WITH(read(bytes, 9),
                      "rondo: cannot load 'file': expected a header of at most 1 bytes; found a length of 2");
    std::string const most(8, '\xff');
    CHECK_THROWS_WITH(read(most, std::numeric_limits<std::uint64_t>::max()),
                      "rondo: cannot load 'file': expected a header of at most 100000000 bytes; found "
                      "a length of 18446744073709551615");
    CHECK_THROWS_WITH(read(bytes.substr(0, 9), 10),
                      "rondo: cannot load 'file': expected 2 bytes of header; found 1");
}

TEST_CASE("a header that is not JSON of this form is rejected")
{
    CHECK(refusal("") == "expected a header that starts with '{'; found none"s);
    CHECK(refusal(" {}") == "expected a header that starts with '{'; found another character"s);
    CHECK(refusal("[]").starts_with("expected a header that starts with"));
    CHECK(refusal("{").starts_with("expected a header in JSON; found [json.exception.parse_error"));
    CHECK(refusal("{}{}").starts_with("expected a header in JSON"));
    CHECK(refusal("{\"a\xff\":1}").starts_with("expected a header in JSON"));
    CHECK(refusal(R"({"a":1,"a":2})") == "expected names in the header to be unique; found 'a' twice"s);
    CHECK(refusal(R"({"a":{"dtype":"F32","dtype":"F64"}})").ends_with("found 'dtype' twice"));
    CHECK(refusal(R"({"a":{"shape":[[1]]}})") ==
          "expected a header of tensors; found one with deeper nesting"s);
    CHECK(refusal(R"({"a":{"shape":{"b":{}}}})").ends_with("deeper nesting"));
    CHECK(refusal("{\"a\":" + std::string(1000000, '[')).ends_with("deeper nesting"));
}

TEST_CASE("metadata that are not texts are rejected")
{
    CHECK(refusal(R"({"__metadata__":[]})") == "expected metadata to be texts by name; found array"s);
    CHECK(refusal(R"({"__metadata__":{"a":"b","size":28}})") ==
          "expected metadata 'size' to be a text; found number"s);
    CHECK(refusal(R"({"__metadata__":{"a":"b"}})") == "accepted"s);
}

TEST_CASE("a tensor with other fields is rejected")
{
    CHECK(refusal("{\"a\":" + tensor + "}", 8) == "accepted"s);
    for (std::string const fields : {
             R"(3)",
             R"([])",
             R"({})",
             R"({"dtype":"F32","shape":[2]})",
             R"({"shape":[2],"data_offsets":[0,8]})",
             R"({"dtype":"F32","data_offsets":[0,8]})",
             R"({"dtype":"F32","shape":[2],"offsets":[0,8]})",
             R"({"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1})",
             R"({"dtype":32,"shape":[2],"data_offsets":[0,8]})",
             R"({"dtype":"F32","shape":2,"data_offsets":[0,8]})",
             R"({"dtype":"F32","shape":[-2],"data_offsets":[0,8]})",
             R"({"dtype":"F32","shape":[2.0],"data_offsets":[0,8]})",
             R"({"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,8]})",
             R"({"dtype":"F32","shape":["2"],"data_offsets":[0,8]})",
             R"({"dtype":"F32","shape":[2],"data_offsets":8})",
             R"({"dtype":"F32","shape":[2],"data_offsets":[0]})",
             R"({"dtype":"F32","shape":[2],"data_offsets":[0,4,8]})",
             R"({"dtype":"F32","shape":[2],"data_offsets":[0,-8]})",
         }) {
        CAPTURE(fields);
        CHECK(refusal("{\"a\":" + fields + "}", 8)
                  .starts_with("expected tensor 'a' to have dtype, shape and two data_offsets; found "));
    }
}

TEST_CASE("ranges with gaps or overlaps, or outside of the data, are rejected")
{
    auto const two = [](std::string const& a, std::string const& b, std::size_t data_bytes) {
        std::string const start = R"({"dtype":"F32","shape":[1],"data_offsets":[)";
        return refusal("{\"a\":" + start + a + "]},\"b\":" + start + b + "]}}", data_bytes);
    };
    CHECK(two("0,4", "4,8", 8) == "accepted"s);
    CHECK(two("4,8", "0,4", 8) == "accepted"s);
    CHECK(two("0,4", "5,9", 9) == "expected tensor 'b' to follow on byte 4; found it at bytes 5 to 9"s);
    CHECK(two("0,4", "2,6", 6) == "expected tensor 'b' to follow on byte 4; found it at bytes 2 to 6"s);
    CHECK(two("0,4", "0,4", 4).starts_with("expected tensor 'b' to follow on byte 4"));
    CHECK(two("4,8", "8,12", 12).starts_with("expected tensor 'a' to follow on byte 0"));
    CHECK(two("0,4", "4,0", 4) == "expected tensor 'b' to follow on byte 4; found it at bytes 4 to 0"s);
    CHECK(two("0,4", "4,8", 7) == "expected 8 bytes of data, as the header says; found 7"s);
    CHECK(two("0,4", "4,8", 9) == "expected 8 bytes of data, as the header says; found 9"s);
    CHECK(two("0,4", "4,18446744073709551615", 8).starts_with("expected 18446744073709551615 bytes"));
    CHECK(refusal("{}", 1) == "expected 0 bytes of data, as the header says; found 1"s);
}
