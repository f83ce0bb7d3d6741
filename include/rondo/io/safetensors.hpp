#pragma once
/// @file
/// Saves parameters to files in the safetensors format, and loads them.
///
/// The format is that of https://github.com/huggingface/safetensors. Python programs read the files with
/// `safetensors.numpy.load_file` and find the parameters under their dotted names.

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
        if (!info.shape.is_scalar()) {
            t.shape.push_back(p.rows(i));
        }
        if (info.shape.is_matrix()) {
            t.shape.push_back(p.columns(i));
        }
        t.begin = end;
        end += p.rows(i) * p.columns(i) * sizeof(T);
        t.end = end;
    }
    return header;
}

/// A tensor as in messages: `F32 (128, 28)`.
inline std::string describe(stored_tensor const& t)
{
    std::string text = t.type + " (";
    for (std::uint64_t const extent : t.shape) {
        text += (text.back() == '(' ? "" : ", ") + std::to_string(extent);
    }
    return text + ")";
}

/// Opens a file and reads its header.
inline safetensors_header open_safetensors(std::ifstream& in, std::filesystem::path const& path)
{
    std::error_code problem;
    std::uint64_t const bytes = std::filesystem::file_size(path, problem);
    if (!problem) {
        in.open(path, std::ios::binary);
    }
    if (problem || !in) {
        reject_file(path, "a file that can be read",
                    problem ? problem.message() : std::generic_category().message(errno));
    }
    return read_safetensors_header(in, bytes, path);
}

}  // namespace rondo::inline RONDO_ISA::io_internal

namespace rondo::inline RONDO_ISA {

/// Saves all parameters of a cell under their dotted names, with shapes (rows, columns), (size) or,
/// of a single number, (), as F32 or F64 according to T.
///
/// The file is written to a temporary file and then renamed, so a failure leaves an existing file unchanged.
/// @param path the path of the file; an existing file is replaced.
/// @param p the parameters, of any values: those that are not finite are saved as they are.
/// @param metadata texts by name to store in the file, such as the sizes of the model.
/// @throws std::invalid_argument if a text of the metadata is not UTF-8;
///         std::runtime_error with path and reason if the file cannot be written.
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
/// The whole file is checked before the first parameter is changed.
/// @param path the file.
/// @param[out] p the parameters; unchanged on failure.
/// @return the metadata of the file, empty if it has none.
/// @throws std::runtime_error with the path, what was expected and what was found, if the file
///         cannot be read or is not valid (see read_safetensors_header()), a parameter is missing
///         or has another type or shape, or the file has a tensor that is not a parameter of the cell.
template <class Cell, class T>
std::map<std::string, std::string> load_safetensors(std::filesystem::path const& path, parameters<Cell, T>& p)
{
    std::ifstream in;
    io_internal::safetensors_header const header = io_internal::open_safetensors(in, path);
    io_internal::safetensors_header const expected = io_internal::header_for(p);
    for (auto const& [name, tensor] : expected.tensors) {
        auto const found = header.tensors.find(name);
        std::string const wanted = "tensor '" + name + "' of " + io_internal::describe(tensor);
        if (found == header.tensors.end()) {
            io_internal::reject_file(path, wanted, "none of this name");
        }
        io_internal::stored_tensor const& t = found->second;
        if (t.type != tensor.type || t.shape != tensor.shape) {
            io_internal::reject_file(path, wanted, io_internal::describe(t));
        }
        if (t.end - t.begin != tensor.end - tensor.begin) {
            io_internal::reject_file(path,
                                     wanted + " in " + std::to_string(tensor.end - tensor.begin) + " bytes",
                                     std::to_string(t.end - t.begin));
        }
    }
    for (auto const& [name, tensor] : header.tensors) {
        if (!expected.tensors.contains(name)) {
            io_internal::reject_file(path, "no tensors but the parameters of the cell", "'" + name + "'");
        }
    }

    std::vector<T> values(p.size());  // read_safetensors_header() checked that the tensors fill the data
    auto const bytes = std::as_writable_bytes(std::span(values));
    if (!in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()))) {
        io_internal::reject_file(path, std::to_string(bytes.size()) + " bytes of data",
                                 std::to_string(in.gcount()));
    }
    for (std::size_t i = 0; i < p.count; ++i) {
        io_internal::stored_tensor const& t = header.tensors.at(std::string(p.info(i).name.view()));
        auto const entries = std::as_writable_bytes(p.entries(i));
        std::ranges::copy(bytes.subspan(t.begin, t.end - t.begin), entries.begin());
    }
    return header.metadata;
}

/// Reads the metadata alone, such as the sizes that a model must have before its parameters can be
/// loaded.
/// @param path a file in the safetensors format, of any cell or of another program.
/// @return the metadata, empty if there are none.
/// @throws std::runtime_error as load_safetensors(), if the file cannot be read or is not valid.
inline std::map<std::string, std::string> read_safetensors_metadata(std::filesystem::path const& path)
{
    std::ifstream in;
    return io_internal::open_safetensors(in, path).metadata;
}

}  // namespace rondo::inline RONDO_ISA
