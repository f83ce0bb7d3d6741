// Reads a series from a CSV file.
#pragma once

#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace sequence_models {

// The last column of the CSV file `path`. Lines that begin with # and a heading are skipped. Rejects a file
// that cannot be read, has no numbers, or has other text in that column: std::runtime_error, with the line.
inline std::vector<double> read_series(std::string const& path)
{
    std::ifstream file(path);
    if (!file) throw std::runtime_error(path + ": expected a readable CSV file");
    std::vector<double> series;
    bool is_first = true;
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (line.empty() || line.front() == '#') continue;
        auto const comma = line.rfind(',');
        std::string const field = comma == std::string::npos ? line : line.substr(comma + 1);
        std::size_t read = 0;
        double value = 0;
        try {
            value = std::stod(field, &read);
        } catch (std::exception const&) {
            read = 0;
        }
        if (read == field.size() && read > 0) {
            series.push_back(value);
        } else if (!is_first) {
            throw std::runtime_error(path + ":" + std::to_string(number) +
                                     ": expected a number in the last column, found '" + field + "'");
        }
        is_first = false;
    }
    if (series.empty()) throw std::runtime_error(path + ": expected numbers, found none");
    return series;
}

}  // namespace sequence_models
