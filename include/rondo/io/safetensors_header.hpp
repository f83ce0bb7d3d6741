#pragma once
/// @file
/// The header of a file in the safetensors format: names, types, shapes and positions of the tensors.
///
/// A file consists of the length of the header (8 bytes, little-endian), the header (JSON), and the data
/// (little-endian, matrices in row-major order), as in Hugging Face's reference
/// implementation.

#include <rondo/error/input_error.hpp>
#include <rondo/io/excerpt.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
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

/// The most metadata that are written or read, as metadata_bytes() counts.
inline constexpr std::uint64_t max_metadata_bytes = 4 << 20;

/// The memory of an entry of the metadata: its texts and, for their places in a map, 128 bytes.
inline std::uint64_t metadata_bytes(std::string const& name, std::string const& text)
{
    return name.size() + text.size() + 128;
}

/// The limit of metadata, as text for messages.
inline std::string metadata_limit()
{
    return concat("metadata of at most ", max_metadata_bytes, " bytes, counting 128 for each entry");
}

/// The longest header that is read if nothing is known of it, in bytes. It has room for a quarter of a
/// million tensors beside the metadata.
inline constexpr std::uint64_t max_header_bytes = 32 << 20;

/// The JSON of a header.
/// @throws input_error if its metadata are not UTF-8, or more than max_metadata_bytes.
inline std::string to_json(safetensors_header const& header)
{
    using nlohmann::json;
    json all = json::object();
    std::uint64_t bytes = 0;
    for (auto const& [name, text] : header.metadata) {
        bytes += metadata_bytes(name, text);
        try {
            json({name, text}).dump();
        } catch (json::exception const& e) {
            std::string const legible = json(name).dump(-1, ' ', false, json::error_handler_t::replace);
            exec_internal::reject("save_safetensors", "metadata in UTF-8",
                                  concat(e.what(), " at ", excerpt(legible)));
        }
        all["__metadata__"][name] = text;
    }
    if (bytes > max_metadata_bytes) {
        exec_internal::reject("save_safetensors", metadata_limit(), concat(bytes));
    }
    for (auto const& [name, t] : header.tensors) {
        all[name] = {{"dtype", t.type}, {"shape", t.shape}, {"data_offsets", {t.begin, t.end}}};
    }
    return all.dump();
}

/// The longest header of a file with the tensors of @p expected: eight times as long as Rondo's, for spaces
/// and escapes of other programs, and the most metadata, of which JSON may write each byte as six.
inline std::uint64_t max_header_bytes_of(safetensors_header const& expected)
{
    return 8 * to_json({expected.tensors, {}}).size() + 6 * max_metadata_bytes;
}

/// The length and the header in the format of the file, padded with spaces so that the data starts at
/// a multiple of 8 bytes.
/// @throws input_error as to_json().
inline std::string to_bytes(safetensors_header const& header)
{
    std::string text = to_json(header);
    text.resize((text.size() + 7) / 8 * 8, ' ');
    std::string bytes(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[i] = static_cast<char>(text.size() >> 8 * i & 0xff);
    }
    return bytes + text;
}

}  // namespace rondo::inline RONDO_ISA::io_internal
