// Measures Rondo on rows of other projects' benchmarks, beside the peers that are built in. --help lists the
// flags; docs/benchmarks.md explains the rows.

#include "peers.hpp"

#include "../interleave.hpp"
#include "../machine.hpp"
#include "../table.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

namespace rondo::bench {
namespace {

/// The settings.
struct options {
    std::vector<std::string> rows{"lstm", "ode", "biquad"};
    double seconds = 2;
    int repetitions = 0;
    std::string json;
    bool is_small = false;
    bool markdown = false;

    [[nodiscard]] bool has(std::string const& row) const { return std::ranges::count(rows, row) > 0; }
};

/// The result of a row. The first timing is Rondo's.
struct field_row {
    std::string name, sizes, mode;
    std::vector<timing> timings;
    double difference;  ///< the largest from a peer's results
};

/// Compares the results of all with those of the first, then measures.
template <class T>
field_row measure(std::string const& name, std::string const& sizes, std::string const& mode,
                  std::vector<std::unique_ptr<contestant_of<T>>> const& all, options const& o)
{
    auto const found = all[0]->results();
    double difference = 0;
    std::vector<competitor*> timed;
    for (auto const& one : all) {
        std::string const who = name + " " + sizes + " against " + one->peer();
        difference = std::max(difference, check_agreement<T>(found, one->results(), one->tolerance(), who));
        timed.push_back(one.get());
    }
    return {name, sizes, mode, interleave(timed, {o.seconds, o.repetitions, false, true}), difference};
}

std::vector<field_row> measure_all(options const& o)
{
    std::vector<field_row> rows;
    auto const add = [&](auto const& problem, char const* name, auto... sizes) {
        std::string text;
        ((text += (text.empty() ? "" : ", ") + std::to_string(sizes)), ...);
        rows.push_back(measure(name, text, problem.gradient ? "gradient" : "value", field_of(problem), o));
    };
    for (bool const gradient : {false, true}) {
        for (std::size_t const layers : {2, 4}) {
            for (std::size_t const steps : {1024, 4096, 8192}) {
                if (o.has("lstm") && (!o.is_small || steps == 1024)) {
                    diagonal_problem const p{layers, o.is_small ? 9 : steps, gradient};
                    add(p, "lstm", p.layers, p.steps);
                }
            }
        }
        for (std::size_t const equations : {1000, 10'000}) {
            for (std::size_t const steps : {1, 10, 100}) {
                if (o.has("ode") && (!o.is_small || equations == 1000)) {
                    ode_problem const p{o.is_small ? 4 : equations, o.is_small ? steps % 7 : steps, gradient};
                    add(p, "ode", p.equations, p.steps);
                }
            }
        }
        if (o.has("biquad")) {
            biquad_problem const p{32, o.is_small ? std::size_t{50} : std::size_t{4096}, gradient};
            add(p, "biquad", p.channels, p.steps);
        }
    }
    return rows;
}

/// The names of the peers in the order in which they appear.
std::vector<std::string> peers_of(std::vector<field_row> const& rows)
{
    std::vector<std::string> names;
    for (field_row const& row : rows) {
        for (timing const& t : row.timings) {
            if (t.peer != "rondo" && std::ranges::count(names, t.peer) == 0) {
                names.push_back(t.peer);
            }
        }
    }
    return names;
}

void print(std::vector<field_row> const& rows, bool markdown)
{
    auto const peers = peers_of(rows);
    table::row head{"row", "sizes", "mode", "Rondo, µs"};
    head.insert(head.end(), peers.begin(), peers.end());
    table printed(head);
    for (field_row const& row : rows) {
        double const mine = row.timings[0].time.wall;
        table::row cells{row.name, row.sizes, row.mode, digits(mine)};
        for (std::string const& peer : peers) {
            auto const at = std::ranges::find(row.timings, peer, &timing::peer);
            bool const is_there = at != row.timings.end();
            cells.push_back(is_there ? digits(at->time.wall) + " ×" + fixed_digits(at->time.wall / mine)
                                     : "");
        }
        printed.add(cells);
    }
    printed.print(std::cout, markdown);
}

void write(std::vector<field_row> const& rows, std::string const& path)
{
    std::ofstream file(path, std::ios::app);
    for (field_row const& row : rows) {
        nlohmann::ordered_json line{{"row", row.name},
                                    {"sizes", row.sizes},
                                    {"mode", row.mode},
                                    {"largest_difference", row.difference},
                                    {"rounds", row.timings[0].rounds}};
        for (timing const& t : row.timings) {
            line["microseconds"][t.peer] = t.time.wall;
        }
        line["machine"] = machine_facts();
        file << line.dump() << std::endl;
    }
    if (!file) {
        throw std::runtime_error("cannot write " + path);
    }
}

}  // namespace
}  // namespace rondo::bench

int main(int argc, char** argv)
{
    CLI::App app;
    rondo::bench::options chosen;
    app.description(
        "Measures Rondo on rows of other projects' benchmarks, beside the peers that are built in.");
    app.add_option("--row", chosen.rows, "rows")
        ->check(CLI::IsMember({"lstm", "ode", "biquad"}))
        ->delimiter(',')
        ->capture_default_str();
    app.add_option("--seconds", chosen.seconds, "approximate time for one row")->capture_default_str();
    app.add_option("--repetitions", chosen.repetitions, "number of rounds, instead of --seconds");
    app.add_option("--json", chosen.json, "file to which each row appends a line of JSON");
    app.add_flag("--small", chosen.is_small, "small sizes, to compare results");
    app.add_flag("--markdown", chosen.markdown, "the table in Markdown");
    CLI11_PARSE(app, argc, argv);
    try {
        auto const rows = rondo::bench::measure_all(chosen);
        rondo::bench::print(rows, chosen.markdown);
        if (!chosen.json.empty()) {
            rondo::bench::write(rows, chosen.json);
        }
    } catch (std::exception const& error) {
        std::cerr << "field: " << error.what() << std::endl;
        return 1;
    }
}
