// Reads a series from a CSV file.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace sequence_models {

namespace detail {

// `text` without spaces and tabs at both ends.
inline std::string_view trimmed(std::string_view text)
{
    auto const first = std::min(text.find_first_not_of(" \t"), text.size());
    return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

// `field` without the quotes around it.
inline std::string_view unquoted(std::string_view field)
{
    bool const is_quoted = field.size() >= 2 && field.front() == '"' && field.back() == '"';
    return is_quoted ? trimmed(field.substr(1, field.size() - 2)) : field;
}

// The fields of a line, trimmed. A comma within quotes does not end a field.
inline std::vector<std::string_view> split_fields(std::string_view line)
{
    std::vector<std::string_view> fields;
    bool is_quoted = false;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= line.size(); ++i) {
        if (i == line.size() || (line[i] == ',' && !is_quoted)) {
            fields.push_back(trimmed(line.substr(begin, i - begin)));
            begin = i + 1;
        } else if (line[i] == '"') {
            is_quoted = !is_quoted;
        }
    }
    return fields;
}

// Reads a number in C's decimal notation, whatever the locale is. The error is invalid_argument if `field` is
// anything else, such as hexadecimal, and result_out_of_range if a double has no such number.
inline std::errc read_number(std::string_view field, double& value)
{
    if (field.starts_with('+') && !field.starts_with("+-"))
        field.remove_prefix(1);  // which from_chars rejects
    auto const [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    bool const is_whole = end == field.data() + field.size();
    return error == std::errc::invalid_argument || is_whole ? error : std::errc::invalid_argument;
}

// Whether `field` may be the name of a column: it begins with an ASCII letter or an underscore, or it has a
// letter and no digit. So a number that cannot be read, such as one with the minus sign of Unicode, is no
// name.
inline bool is_name(std::string_view field)
{
    auto const is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    auto const is_foreign = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
    if (field.empty()) return false;
    if (is_letter(field[0]) || field[0] == '_') return true;
    return std::ranges::any_of(field, [&](char c) { return is_letter(c) || is_foreign(c); }) &&
           field.find_first_of("0123456789") == std::string_view::npos;
}

// `text` as messages show it: at most 60 bytes, with \xNN for control characters.
inline std::string quoted(std::string_view text)
{
    std::string shown = "'";
    for (char const c : text.substr(0, 60)) {
        auto const byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            shown += {'\\', 'x', "0123456789abcdef"[byte / 16], "0123456789abcdef"[byte % 16]};
        } else {
            shown += c;
        }
    }
    return shown + (text.size() > 60 ? "...'" : "'");
}

// The lines of a CSV file, one after the other.
class series_reader {
   public:
    explicit series_reader(std::string path) : path_(std::move(path)) {}

    // Reads a line that is no comment.
    void read(std::string_view line, int number)
    {
        auto const fields = split_fields(line);
        auto const last = unquoted(fields.back());
        double value = 0;
        auto const is_number = [&](std::string_view field) {
            return read_number(unquoted(field), value) == std::errc();
        };
        if (std::exchange(is_first_, false) && is_name(last) && std::ranges::none_of(fields, is_number))
            return;

        for (auto const field : fields) {
            // In files with semicolons or tabs between the columns, a comma is often the decimal point.
            if (field.find_first_of(";\t") != std::string_view::npos && !field.starts_with('"')) {
                reject(number, "commas between the columns", quoted(field));
            }
        }
        if (columns_ == 0) columns_ = fields.size();
        if (fields.size() != columns_) {
            reject(number, "as many columns as before, " + std::to_string(columns_),
                   std::to_string(fields.size()));
        }
        auto const error = read_number(last, value);
        if (error == std::errc::result_out_of_range) {
            reject(number, "a number in the range of double in the last column", quoted(last));
        }
        if (error != std::errc()) reject(number, "a number in the last column", quoted(last));
        if (!std::isfinite(value)) reject(number, "a finite number in the last column", quoted(last));
        series.push_back(value);
    }

    [[noreturn]] void reject(int line, std::string const& expected, std::string const& found) const
    {
        throw std::runtime_error(path_ + ":" + std::to_string(line) + ": expected " + expected + ", found " +
                                 found);
    }

    std::vector<double> series{};

   private:
    std::string path_;
    bool is_first_ = true;
    std::size_t columns_ = 0;
};

}  // namespace detail

// The last column of the CSV file `path`, in UTF-8 with commas between the columns. Lines that are blank or
// begin with #, and a heading, are skipped. A heading is a first line with a name in the last column and
// without a number. Rejects a file that cannot be read or has no numbers, and a line that is not finite
// decimal numbers in that column or has another number of columns: std::runtime_error, with the line and the
// text there.
inline std::vector<double> read_series(std::string const& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error(path + ": expected a readable CSV file");
    detail::series_reader reader(path);
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        std::string_view text = line;
        if (number == 1) {
            if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
                reader.reject(1, "a text in UTF-8", "the byte-order mark of UTF-16");
            }
            if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
        }
        if (text.ends_with('\r')) text.remove_suffix(1);
        text = detail::trimmed(text);
        if (!text.empty() && text.front() != '#') reader.read(text, number);
    }
    if (file.bad()) throw std::runtime_error(path + ": expected a CSV file, found an error of reading");
    if (reader.series.empty()) throw std::runtime_error(path + ": expected numbers, found none");
    return reader.series;
}

}  // namespace sequence_models
