#pragma once
/// @file
/// The header of a file in the safetensors format: names, types, shapes and positions of the tensors.
///
/// A file consists of the length of the header (8 bytes, little-endian), the header (JSON), and the data
/// (little-endian, matrices in row-major order), as in Hugging Face's reference
/// implementation. Files may come from anywhere, so everything in a header is checked before it is used.

#include <rondo/namespaces.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <istream>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace rondo::inline RONDO_ISA::io_internal {

/// The entry of a tensor in a header.
struct stored_tensor {
    std::string type{};                  ///< of its numbers: "F32", "F64" and others
    std::vector<std::uint64_t> shape{};  ///< empty for a single number
    std::uint64_t begin = 0;             ///< offset of its first byte in the data
    std::uint64_t end = 0;               ///< offset past its last byte

    friend bool operator==(stored_tensor const&, stored_tensor const&) = default;
};

/// A header: tensors by name, and metadata.
struct safetensors_header {
    std::map<std::string, stored_tensor> tensors{};  ///< by name
    std::map<std::string, std::string> metadata{};   ///< texts by name, all in UTF-8

    friend bool operator==(safetensors_header const&, safetensors_header const&) = default;
};

/// The longest header that is read, in bytes: the limit of the reference implementation.
inline constexpr std::uint64_t max_safetensors_header = 100'000'000;

/// Rejects a file that is not as expected.
/// @throws std::runtime_error always, with the path and both texts.
[[noreturn]] inline void reject_file(std::filesystem::path const& path, std::string const& expected,
                                     std::string const& found)
{
    throw std::runtime_error("rondo: cannot load '" + path.string() + "': expected " + expected + "; found " +
                             found);
}

/// The length and the header in the format of the file, padded with spaces so that the data starts at
/// a multiple of 8 bytes.
/// @throws std::invalid_argument if a text is not UTF-8.
inline std::string to_bytes(safetensors_header const& header)
{
    nlohmann::json all = nlohmann::json::object();
    if (!header.metadata.empty()) {
        all["__metadata__"] = header.metadata;
    }
    for (auto const& [name, t] : header.tensors) {
        all[name] = {{"dtype", t.type}, {"shape", t.shape}, {"data_offsets", {t.begin, t.end}}};
    }
    std::string text;
    try {
        text = all.dump();
    } catch (nlohmann::json::exception const& e) {
        throw std::invalid_argument(
            std::string("rondo: names and metadata to be saved: expected UTF-8; found: ") + e.what());
    }
    text.resize((text.size() + 7) / 8 * 8, ' ');
    std::string bytes(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[i] = static_cast<char>(text.size() >> 8 * i & 0xff);
    }
    return bytes + text;
}

namespace detail {

/// Parses the JSON of a header. Unlike the plain parser it rejects duplicate names, because readers differ
/// in which one they use, and nesting deeper than the format has.
inline nlohmann::json parse_header(std::string const& text, std::filesystem::path const& path)
{
    using event = nlohmann::json::parse_event_t;
    std::vector<std::set<std::string>> names;
    auto const check = [&](int depth, event e, nlohmann::json& parsed) {
        if (e == event::object_start || e == event::array_start) {
            if (depth > 2) {
                reject_file(path, "a header of tensors", "one with deeper nesting");
            }
            names.emplace_back();
        } else if (e == event::object_end || e == event::array_end) {
            names.pop_back();
        } else if (e == event::key && !names.back().insert(parsed.template get<std::string>()).second) {
            reject_file(path, "names in the header to be unique",
                        "'" + parsed.template get<std::string>() + "' twice");
        }
        return true;
    };
    if (!text.starts_with('{')) {  // the parser would skip spaces, which the format does not allow
        reject_file(path, "a header that starts with '{'", text.empty() ? "none" : "another character");
    }
    try {
        return nlohmann::json::parse(text, check);
    } catch (nlohmann::json::exception const& e) {
        reject_file(path, "a header in JSON", e.what());
    }
}

inline bool are_unsigned(nlohmann::json const& list)
{
    return list.is_array() && std::all_of(list.begin(), list.end(),
                                          [](nlohmann::json const& n) { return n.is_number_unsigned(); });
}

/// Checks that the ranges of all tensors, in sorted order, fill the data without a gap or an overlap.
inline void check_ranges(safetensors_header const& header, std::uint64_t data_bytes,
                         std::filesystem::path const& path)
{
    using entry = std::map<std::string, stored_tensor>::value_type;
    std::vector<entry const*> order;
    for (entry const& e : header.tensors) {
        order.push_back(&e);
    }
    std::ranges::sort(order, {}, [](entry const* e) { return std::pair(e->second.begin, e->second.end); });
    std::uint64_t end = 0;
    for (entry const* const e : order) {
        if (e->second.begin != end || e->second.end < e->second.begin) {
            reject_file(
                path, "tensor '" + e->first + "' to follow on byte " + std::to_string(end),
                "it at bytes " + std::to_string(e->second.begin) + " to " + std::to_string(e->second.end));
        }
        end = e->second.end;
    }
    if (end != data_bytes) {
        reject_file(path, std::to_string(end) + " bytes of data, as the header says",
                    std::to_string(data_bytes));
    }
}

}  // namespace detail

/// Reads the header of a file. Afterwards the stream is at the first byte of the data.
///
/// Checks the header's length, its JSON, the fields of every tensor, and that the tensors' ranges
/// fill the rest of the file without gaps or overlaps.
/// @param in the file, at its beginning.
/// @param file_bytes the size of the file.
/// @param path the file's name, for messages.
/// @throws std::runtime_error with the path, what was expected and what was found.
inline safetensors_header read_safetensors_header(std::istream& in, std::uint64_t file_bytes,
                                                  std::filesystem::path const& path)
{
    std::string bytes(8, '\0');
    if (file_bytes < 8 || !in.read(bytes.data(), 8)) {
        reject_file(path, "8 bytes with the length of a header", std::to_string(file_bytes));
    }
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        length |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << 8 * i;
    }
    std::uint64_t const limit = std::min(file_bytes - 8, max_safetensors_header);
    if (length > limit) {
        reject_file(path, "a header of at most " + std::to_string(limit) + " bytes",
                    "a length of " + std::to_string(length));
    }
    bytes.resize(length);
    if (!in.read(bytes.data(), static_cast<std::streamsize>(length))) {
        reject_file(path, std::to_string(length) + " bytes of header", std::to_string(in.gcount()));
    }

    safetensors_header header;
    nlohmann::json const all = detail::parse_header(bytes, path);
    for (auto const& [name, fields] : all.items()) {
        if (name == "__metadata__") {
            if (!fields.is_object()) {
                reject_file(path, "metadata to be texts by name", fields.type_name());
            }
            for (auto const& [key, text] : fields.items()) {
                if (!text.is_string()) {
                    reject_file(path, "metadata '" + key + "' to be a text", text.type_name());
                }
                header.metadata[key] = text;
            }
            continue;
        }
        auto const has = [&fields = fields](char const* field) { return fields.contains(field); };
        if (!fields.is_object() || fields.size() != 3 || !has("dtype") || !has("shape") ||
            !has("data_offsets") || !fields["dtype"].is_string() || !detail::are_unsigned(fields["shape"]) ||
            !detail::are_unsigned(fields["data_offsets"]) || fields["data_offsets"].size() != 2) {
            reject_file(path, "tensor '" + name + "' to have dtype, shape and two data_offsets",
                        fields.dump());
        }
        header.tensors[name] = {fields["dtype"], fields["shape"], fields["data_offsets"][0],
                                fields["data_offsets"][1]};
    }
    detail::check_ranges(header, file_bytes - 8 - length, path);
    return header;
}

}  // namespace rondo::inline RONDO_ISA::io_internal
