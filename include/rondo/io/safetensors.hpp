#pragma once
/// @file
/// Saves parameters to files in the safetensors format, and loads them.
///
/// The format is that of https://github.com/huggingface/safetensors. Python programs read the files with
/// `safetensors.numpy.load_file` and find the parameters under their dotted names.

#include <rondo/io/excerpt.hpp>
#include <rondo/io/file_error.hpp>
#include <rondo/io/file_kind.hpp>
#include <rondo/io/read_safetensors_header.hpp>
#include <rondo/io/replace_file.hpp>
#include <rondo/io/safetensors_header.hpp>
#include <rondo/model/parameters.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace rondo::inline RONDO_ISA::io_internal {

static_assert(std::endian::native == std::endian::little,
              "safetensors files hold numbers with the lowest byte first, and this program is "
              "compiled for a machine that does not");

/// The header of a file with these parameters. The data are in their order, without gaps.
template <class Cell, class T>
safetensors_header header_for(parameters<Cell, T> const& p)
{
    static_assert(std::same_as<T, float> || std::same_as<T, double>);
    safetensors_header header;
    std::uint64_t end = 0;
    for (std::size_t i = 0; i < p.count; ++i) {
        auto const& info = p.info(i);
        stored_tensor& t = header.tensors[std::string(info.name.view())];
        t.type = std::same_as<T, float> ? "F32" : "F64";
        t.shape.assign(p.shape(i).begin(), p.shape(i).end());
        t.begin = end;
        end += p.entries(i).size() * sizeof(T);
        t.end = end;
    }
    return header;
}

/// The beginning of messages about a file that is read.
inline std::string loading(std::filesystem::path const& path) { return "loading '" + path.string() + "'"; }

/// A tensor as in messages: `F32 (128, 28)`.
inline std::string describe(stored_tensor const& t)
{
    std::string text = excerpt(t.type) + " (";
    for (std::uint64_t const extent : t.shape) {
        text += (text.back() == '(' ? "" : ", ") + std::to_string(extent);
    }
    return text + ")";
}

/// Opens a file and reads its header, see read_safetensors_header().
inline std::map<std::string, std::string> open_safetensors(std::ifstream& in,
                                                           std::filesystem::path const& path,
                                                           std::uint64_t longest,
                                                           header_events::tensor_receiver receive)
{
    std::string const what = loading(path);
    std::error_code problem;
    auto const kind = std::filesystem::status(path, problem).type();
    if (!problem && kind != std::filesystem::file_type::regular) {
        throw file_error({what, "a regular file", file_kind(kind)});  // a FIFO would let the program wait
    }
    std::uint64_t const bytes = problem ? 0 : std::filesystem::file_size(path, problem);
    if (!problem) {
        errno = 0;
        in.open(path, std::ios::binary);
        if (!in) {
            problem.assign(errno, std::generic_category());
        }
    }
    if (problem) {
        throw file_error({what, "a file that can be read", problem.message()});
    }
    return read_safetensors_header(in, bytes, longest, what, std::move(receive));
}

/// Checks that a tensor of a file is one of those that are @p expected, with its type, shape and bytes.
inline void check_tensor(std::string const& name, stored_tensor const& found,
                         safetensors_header const& expected, std::string const& what)
{
    auto const known = expected.tensors.find(name);
    if (known == expected.tensors.end()) {
        throw file_error({what, "no tensors but the parameters of the cell", "'" + excerpt(name) + "'"});
    }
    stored_tensor const& tensor = known->second;
    std::string const wanted = "tensor '" + name + "' of " + describe(tensor);
    if (found.type != tensor.type || found.shape != tensor.shape) {
        throw file_error({what, wanted, describe(found)});
    }
    if (found.end - found.begin != tensor.end - tensor.begin) {
        throw file_error({what, concat(wanted, " in ", tensor.end - tensor.begin, " bytes"),
                          concat(found.end - found.begin)});
    }
}

}  // namespace rondo::inline RONDO_ISA::io_internal

namespace rondo::inline RONDO_ISA {

/// Saves all parameters of a cell under their dotted names, with the extents of all their dimensions, those
/// of a single number are (), as F32 or F64 according to T.
///
/// The file is written beside the old one, flushed to the disk and then renamed. So a failure leaves an
/// existing file unchanged, and after a crash there is the old file or the new one. A process that is killed
/// may leave a file called `NAME.rondo-DIGITS.part`, which the next one that saves to @p path removes. The
/// new file has the mode of the old one, which says who may read it; the mode of a new file follows the
/// umask. It belongs to the process's user, and to the group of the old one if the process may set that. If
/// @p path is a symbolic link, the file that it names is replaced or created.
/// @param path the path of the file; an existing file is replaced.
/// @param p the parameters, of any values: those that are not finite are saved as they are.
/// @param metadata texts by name to store in the file, such as the sizes of the model. An entry counts as its
///        bytes and 128 more; all together may count 4 MiB.
/// @throws input_error if a text of the metadata is not UTF-8, or they are too large;
///         file_error if @p path names no regular file, such as a directory or a device, or the file cannot
///         be written.
template <class Cell, class T>
void save_safetensors(std::filesystem::path const& path, parameters<Cell, T> const& p,
                      std::map<std::string, std::string> const& metadata = {})
{
    io_internal::safetensors_header header = io_internal::header_for(p);
    header.metadata = metadata;
    std::string const bytes = io_internal::to_bytes(header);
    std::array<std::string_view, parameters<Cell, T>::count + 1> pieces{bytes};
    for (std::size_t i = 0; i < p.count; ++i) {
        auto const entries = std::as_bytes(p.entries(i));
        pieces[i + 1] = {reinterpret_cast<char const*>(entries.data()), entries.size()};
    }
    io_internal::replace_file(path, pieces);
}

/// Loads all parameters of a cell from a file. The file must contain exactly these parameters, in the type
/// and the shapes of @p p. Their order in the file does not matter.
///
/// The whole file is checked before the first parameter is changed. A header is rejected unread if it is
/// longer than eight times the header that Rondo writes for these parameters plus 24 MiB for metadata.
/// @param path the file.
/// @param[out] p the parameters; unchanged on failure.
/// @return the metadata of the file, empty if it has none.
/// @throws file_error if the file cannot be read or is not valid, a parameter is missing
///         or has another type or shape, the file has a tensor that is not a parameter of the cell, or its
///         metadata are more than save_safetensors() writes.
template <class Cell, class T>
std::map<std::string, std::string> load_safetensors(std::filesystem::path const& path, parameters<Cell, T>& p)
{
    using namespace io_internal;
    std::string const what = loading(path);
    safetensors_header const expected = header_for(p);
    std::map<std::string, stored_tensor> found;
    std::ifstream in;
    auto metadata = open_safetensors(
        in, path, max_header_bytes_of(expected), [&](std::string const& name, stored_tensor const& tensor) {
            check_tensor(name, tensor, expected, what);
            if (!found.emplace(name, tensor).second) {
                throw file_error({what, "names in the header to be unique", "'" + name + "' twice"});
            }
        });
    for (auto const& [name, tensor] : expected.tensors) {
        if (!found.contains(name)) {
            throw file_error({what, "tensor '" + name + "' of " + describe(tensor), "none of this name"});
        }
    }

    std::vector<T> values(p.size());  // read_safetensors_header() checked that the tensors fill the data
    auto const bytes = std::as_writable_bytes(std::span(values));
    if (!in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()))) {
        throw file_error({what, concat(bytes.size(), " bytes of data"), concat(in.gcount())});
    }
    for (std::size_t i = 0; i < p.count; ++i) {
        stored_tensor const& t = found.at(std::string(p.info(i).name.view()));
        auto const entries = std::as_writable_bytes(p.entries(i));
        std::ranges::copy(bytes.subspan(t.begin, t.end - t.begin), entries.begin());
    }
    return metadata;
}

/// Reads the metadata alone, such as the sizes that a model must have before its parameters can be
/// loaded.
/// @param path a file in the safetensors format, of any cell or of another program, with a header of at most
///        32 MiB and metadata as save_safetensors() writes.
/// @return the metadata, empty if there are none.
/// @throws file_error if the file cannot be read or is not valid. Whether two tensors have one name is not
/// checked.
inline std::map<std::string, std::string> read_safetensors_metadata(std::filesystem::path const& path)
{
    using namespace io_internal;
    std::ifstream in;
    return open_safetensors(in, path, max_header_bytes, [](std::string const&, stored_tensor const&) {});
}

}  // namespace rondo::inline RONDO_ISA
