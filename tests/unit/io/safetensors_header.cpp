#include <rondo/io/safetensors_header.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

namespace {

using rondo::input_error;
using rondo::io_internal::max_header_bytes;
using rondo::io_internal::max_header_bytes_of;
using rondo::io_internal::max_metadata_bytes;
using rondo::io_internal::safetensors_header;
using rondo::io_internal::to_bytes;

}  // namespace

TEST_CASE("a header is JSON after its length, padded to a multiple of 8 bytes")
{
    CHECK(to_bytes({}) == std::string("\x08\0\0\0\0\0\0\0{}      ", 16));
    safetensors_header header;
    header.tensors["f.W"] = {"F32", {2, 3}, 8, 32};
    header.metadata = {{"key", "quoted \" text"}};
    std::string const text = R"({"__metadata__":{"key":"quoted \" text"},)"
                             R"("f.W":{"data_offsets":[8,32],"dtype":"F32","shape":[2,3]}})";
    std::string const bytes = to_bytes(header);
    CHECK(bytes.size() % 8 == 0);
    CHECK(static_cast<unsigned char>(bytes[0]) == bytes.size() - 8);
    CHECK(bytes.substr(8, text.size()) == text);
    CHECK(bytes.find_first_not_of(' ', 8 + text.size()) == std::string::npos);
}

TEST_CASE("metadata that are not UTF-8 are not written, and are named")
{
    for (auto const& [name, text] : {std::pair{"key", "\xff"}, {"\xff", "text"}}) {
        safetensors_header header;
        header.metadata = {{"good", "ö"}, {name, text}};
        CHECK_THROWS_WITH_AS(to_bytes(header), doctest::Contains("expected metadata in UTF-8; found ["),
                             input_error);
    }
    safetensors_header header;
    header.metadata = {{"k\u00f6y\xc3", "text"}};
    CHECK_THROWS_WITH(to_bytes(header), doctest::Contains(" at \"k\u00f6y\ufffd\""));
}

TEST_CASE("metadata of more than 4 MiB are not written, where an entry counts as its bytes and 128")
{
    safetensors_header header;
    header.metadata = {{"key", std::string(max_metadata_bytes - 128 - 3, '\x01')}};
    CHECK(to_bytes(header).size() - 8 <= max_header_bytes_of({}));  // JSON writes each of these as six
    CHECK(to_bytes(header).size() - 8 > 24'000'000);
    header.metadata["key"] += "x";
    CHECK_THROWS_WITH_AS(to_bytes(header),
                         "rondo: save_safetensors: expected metadata of at most 4194304 bytes, counting 128 "
                         "for each entry; found 4194305",
                         input_error);
}

TEST_CASE("the longest header of known tensors has room for the spaces and escapes of other programs")
{
    safetensors_header header;
    header.tensors["W"] = {"F32", {2, 3}, 0, 24};
    std::string const spacious = R"({ "\u0057" : { "\u0064type" : "F32" , "shape" : [ 2 , 3 ] ,)"
                                 R"( "data_offsets" : [ 0 , 24 ] } })";
    CHECK(spacious.size() < max_header_bytes_of(header) - 6 * max_metadata_bytes);
    header.metadata["more"] = "text";
    CHECK(max_header_bytes_of(header) == 8 * 57 + 6 * max_metadata_bytes);
    CHECK(max_header_bytes_of(header) < max_header_bytes);
}
