#pragma once
/// @file
/// Reads the header of a file in the safetensors format. Files are not trusted, so everything in a header is
/// checked before it is used, and its length before it is read.

#include <rondo/io/file_error.hpp>
#include <rondo/io/header_events.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace rondo::inline RONDO_ISA::io_internal {

namespace detail {

/// The range of a tensor in the data: its first byte, and the byte past its last.
using byte_range = std::pair<std::uint64_t, std::uint64_t>;

/// Checks that the ranges of all tensors fill the data without a gap or an overlap.
inline void check_ranges(std::vector<byte_range>& ranges, std::uint64_t data_bytes, std::string const& what)
{
    std::ranges::sort(ranges);
    std::uint64_t end = 0;
    for (auto const& [begin, next_end] : ranges) {
        if (begin != end) {
            throw file_error({what, concat("the next tensor at byte ", end, " of the data"),
                              concat("it at bytes ", begin, " to ", next_end)});
        }
        end = next_end;
    }
    if (end != data_bytes) {
        throw file_error({what, concat(end, " bytes of data, as the header says"), concat(data_bytes)});
    }
}

/// Reads the length and the text of a header.
inline std::string read_header_text(std::istream& in, std::uint64_t file_bytes, std::uint64_t longest,
                                    std::string const& what)
{
    std::string text(8, '\0');
    if (file_bytes < 8 || !in.read(text.data(), 8)) {
        throw file_error({what, "8 bytes with the length of a header", concat(file_bytes)});
    }
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        length |= std::uint64_t{static_cast<unsigned char>(text[i])} << 8 * i;
    }
    std::uint64_t const limit = std::min(file_bytes - 8, longest);
    if (length > limit) {
        throw file_error(
            {what, concat("a header of at most ", limit, " bytes"), concat("a length of ", length)});
    }
    text.resize(length);
    if (!in.read(text.data(), static_cast<std::streamsize>(length))) {
        throw file_error({what, concat(length, " bytes of header"), concat(in.gcount())});
    }
    if (!text.starts_with('{')) {  // the parser would skip spaces, which the format does not allow
        throw file_error(
            {what, "a header that starts with '{'", text.empty() ? "none" : "another character"});
    }
    return text;
}

}  // namespace detail

/// Reads the header of a file. Afterwards the stream is at the first byte of the data.
///
/// Checks the header's length, its JSON, the fields of every tensor, and that the tensors' ranges
/// fill the rest of the file without gaps or overlaps. That takes at most seven times the memory of the
/// header's text: so much for the message about a name without an end, and less than three times for tensors
/// and metadata.
/// @param in the file, at its beginning.
/// @param file_bytes the size of the file.
/// @param longest the length of the longest header that is read, in bytes.
/// @param what the beginning of messages, see rejection::what.
/// @param receive receives the tensors in the order of the header, before their ranges are checked.
/// @return the metadata.
/// @throws file_error, or what @p receive throws.
inline std::map<std::string, std::string> read_safetensors_header(std::istream& in, std::uint64_t file_bytes,
                                                                  std::uint64_t longest,
                                                                  std::string const& what,
                                                                  header_events::tensor_receiver receive)
{
    std::string const text = detail::read_header_text(in, file_bytes, longest, what);
    std::vector<detail::byte_range> ranges;
    header_events events(what, [&](std::string const& name, stored_tensor const& tensor) {
        receive(name, tensor);
        ranges.emplace_back(tensor.begin, tensor.end);
    });
    nlohmann::json::sax_parse(text, &events);
    detail::check_ranges(ranges, file_bytes - 8 - text.size(), what);
    return std::move(events.metadata());
}

}  // namespace rondo::inline RONDO_ISA::io_internal
