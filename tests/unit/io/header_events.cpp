#include <rondo/io/header_events.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace header_events_test {

namespace {

using namespace std::string_literals;
using rondo::file_error;
using rondo::io_internal::header_events;
using rondo::io_internal::max_metadata_bytes;
using rondo::io_internal::stored_tensor;

// The message about a header, without its beginning.
std::string refusal(std::string const& header)
{
    header_events events("loading 'file'", [](std::string const&, stored_tensor const&) {});
    try {
        nlohmann::json::sax_parse(header, &events);
    } catch (file_error const& e) {
        std::string const text = e.what();
        CHECK(text.starts_with("rondo: loading 'file': expected "));
        return text.substr(text.find("expected "));
    }
    return "accepted";
}

std::string const tensor = R"({"dtype":"F32","shape":[2,1],"data_offsets":[0,8]})";

// Metadata of n entries with names of six digits.
std::string metadata(std::size_t n)
{
    std::string text = "{\"__metadata__\":{";
    for (std::size_t i = 0; i < n; ++i) {
        text += (i == 0 ? "\"" : ",\"") + std::to_string(100000 + i) + "\":\"\"";
    }
    return text + "}}";
}

}  // namespace

TEST_CASE("header_events: passes on tensors in the order of the header, and has the metadata")
{
    std::vector<std::pair<std::string, stored_tensor>> received;
    header_events events("loading 'file'", [&](std::string const& name, stored_tensor const& t) {
        received.emplace_back(name, t);
    });
    nlohmann::json::sax_parse(R"({"b":{"data_offsets":[8,12],"dtype":"I8","shape":[]},"a":)" + tensor +
                                  R"(,"__metadata__":{"k":"v","l":""},"c":)" + tensor + "}",
                              &events);
    REQUIRE(received.size() == 3);
    CHECK(received[0] == std::pair{"b"s, stored_tensor{"I8", {}, 8, 12}});
    CHECK(received[1] == std::pair{"a"s, stored_tensor{"F32", {2, 1}, 0, 8}});
    CHECK(received[2] == std::pair{"c"s, stored_tensor{"F32", {2, 1}, 0, 8}});
    CHECK(events.metadata() == std::map<std::string, std::string>{{"k", "v"}, {"l", ""}});
}

TEST_CASE("header_events: rejects metadata that are not texts")
{
    CHECK(refusal(R"({"__metadata__":{}})") == "accepted"s);
    CHECK(refusal(R"({"__metadata__":[]})") == "expected metadata to be texts by name; found an array"s);
    CHECK(refusal(R"({"__metadata__":"a"})") == "expected metadata to be texts by name; found a text"s);
    for (auto const& [value, found] : {std::pair{"28", "28"},
                                       {"-28", "-28"},
                                       {"2.50", "2.50"},
                                       {"null", "null"},
                                       {"true", "true"},
                                       {"[\"a\"]", "an array"},
                                       {"{}", "an object"}}) {
        CHECK(refusal(R"({"__metadata__":{"a":"b","size":)"s + value + "}}") ==
              "expected metadata 'size' to be a text; found "s + found);
    }
}

TEST_CASE("header_events: rejects a tensor with other fields, and says what is wrong")
{
    CHECK(refusal("{\"a\":" + tensor + "}") == "accepted"s);
    std::string const start = R"({"dtype":"F32",)";
    for (auto const& [fields, found] : std::vector<std::pair<std::string, std::string>>{
             {"3", "3"},
             {"[]", "an array"},
             {"\"F32\"", "a text"},
             {"{}", "no dtype"},
             {start + R"("shape":[2]})", "no data_offsets"},
             {R"({"shape":[2],"data_offsets":[0,8]})", "no dtype"},
             {start + R"("data_offsets":[0,8]})", "no shape"},
             {start + R"("shape":[2],"offsets":[0,8]})", "a field 'offsets'"},
             {start + R"("shape":[2],"data_offsets":[0,8],"more":1})", "a field 'more'"},
             {R"({"dtype":32,"shape":[2],"data_offsets":[0,8]})", "32"},
             {R"({"dtype":{},"shape":[2],"data_offsets":[0,8]})", "an object"},
             {start + R"("shape":2,"data_offsets":[0,8]})", "2"},
             {start + R"("shape":[-2],"data_offsets":[0,8]})", "-2"},
             {start + R"("shape":[2.0],"data_offsets":[0,8]})", "2.0"},
             {start + R"("shape":[18446744073709551616],"data_offsets":[0,8]})", "18446744073709551616"},
             {start + R"("shape":["2"],"data_offsets":[0,8]})", "a text"},
             {start + R"("shape":[null],"data_offsets":[0,8]})", "null"},
             {start + R"("shape":[2],"data_offsets":8})", "8"},
             {start + R"("shape":[2],"data_offsets":[0]})", "another number of data_offsets"},
             {start + R"("shape":[2],"data_offsets":[0,4,8]})", "8"},
             {start + R"("shape":[2],"data_offsets":[0,-8]})", "-8"},
             {start + R"("shape":[2],"data_offsets":[8,0]})", "data_offsets 8 and 0"},
         }) {
        CHECK(refusal("{\"a\":" + fields + "}") ==
              "expected tensor 'a' to have dtype, shape and two data_offsets; found " + found);
    }
}

TEST_CASE("header_events: rejects what is not JSON, and deeper nesting before it is parsed")
{
    CHECK(refusal("{").starts_with("expected a header in JSON; found [json.exception.parse_error"));
    CHECK(refusal("{\"" + std::string(1000, 'x') + "\x01\"}").size() < 300);
    CHECK(refusal(R"({"a":{"shape":[[1]]}})").ends_with("found an array"));
    CHECK(refusal(R"({"a":{"shape":{"b":{}}}})").ends_with("found an object"));
    CHECK(refusal("{\"a\":" + std::string(1000000, '[')).ends_with("found an array"));
}

TEST_CASE("header_events: rejects names that are not unique, except those of tensors")
{
    std::string const start = "expected names in the header to be unique; found '";
    CHECK(refusal(R"({"__metadata__":{"a":"","b":"","a":""}})") == start + "a' twice");
    CHECK(refusal(R"({"__metadata__":{},"__metadata__":{}})") == start + "__metadata__' twice");
    CHECK(refusal(R"({"a":{"dtype":"F32","dtype":"F64"}})") == start + "dtype' twice");
    CHECK(refusal(R"({"a":{"shape":[],"shape":[]}})") == start + "shape' twice");
    CHECK(refusal(R"({"a":{"data_offsets":[0,0],"data_offsets":[0,0]}})") == start + "data_offsets' twice");
    CHECK(refusal("{\"a\":" + tensor + ",\"a\":" + tensor + "}") == "accepted"s);
}

TEST_CASE("header_events: bounds what a header may hold")
{
    std::string const limit =
        "expected metadata of at most 4194304 bytes, counting 128 for each entry; found more";
    CHECK(refusal(metadata(max_metadata_bytes / 134)) == "accepted"s);
    CHECK(refusal(metadata(max_metadata_bytes / 134 + 1)) == limit);
    CHECK(refusal("{\"__metadata__\":{\"a\":\"" + std::string(max_metadata_bytes, 'x') + "\"}}") == limit);

    auto const shape = [](std::size_t rank) {
        std::string text = R"({"a":{"dtype":"F32","data_offsets":[0,0],"shape":[0)";
        for (std::size_t i = 1; i < rank; ++i) {
            text += ",0";
        }
        return text + "]}}";
    };
    CHECK(refusal(shape(64)) == "accepted"s);
    CHECK(refusal(shape(65)).ends_with("found a shape of more than 64 dimensions"));
}

TEST_CASE("header_events: shows the beginning of long names")
{
    std::string const name(1000, 'x');
    CHECK(refusal("{\"" + name + "\":1}") == "expected tensor '" + name.substr(0, 100) +
                                                 "...' to have dtype, shape and two data_offsets; found 1");
}

}  // namespace header_events_test
