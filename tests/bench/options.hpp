#pragma once
/// @file
/// The command line, read by CLI11.

#include "interleave.hpp"
#include "measurement.hpp"
#include "workload.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace rondo::bench {

/// The settings.
struct options {
    std::vector<std::string> cells{"all"};
    std::vector<std::string> workloads{"W1", "W2", "W3", "W4", "W5", "W6"};
    std::vector<std::string> modes{"all"};
    std::vector<std::string> peers{"all"};
    int threads = 1;
    double seconds = 2;
    int repetitions = 0;
    std::string clock = "wall";
    std::string json;
    bool quiet = false;
    bool markdown = false;
};

/// Whether a list of names has one, or has "all".
inline bool chosen(std::vector<std::string> const& list, std::string_view name)
{
    return std::ranges::any_of(list, [&](auto const& s) { return s == name || s == "all"; });
}

/// The selected modes of a workload. A small model runs step by step: it streams, and that of W6 also trains
/// in windows. The others run over sequences, and stream only on request.
inline std::vector<mode_kind> modes_of(workload const& w, std::vector<std::string> const& names)
{
    std::vector<mode_kind> modes;
    auto const said = [&](char const* mode) { return std::ranges::count(names, mode) > 0; };
    if (is_small(w)) {
        if (chosen(names, "stream")) {
            modes.push_back(mode_kind::stream);
        }
        if ((w.name == "W6" && chosen(names, "train")) || said("window")) {
            modes.push_back(mode_kind::window);
        }
        return modes;
    }
    if (chosen(names, "forward")) {
        modes.push_back(mode_kind::forward);
    }
    if (chosen(names, "train")) {
        modes.push_back(mode_kind::train);
    }
    if (said("window")) {
        modes.push_back(mode_kind::window);
    }
    if (said("stream")) {
        modes.push_back(mode_kind::stream);
    }
    return modes;
}

/// Declares the flags on @p app. It stores the parsed values in @p o, which must outlive it.
inline void add_options(CLI::App& app, options& o)
{
    app.description(
        "Measures Rondo against the peers that are built in, and both against the core's peak of\n"
        "multiply-adds. First compares the results of what it measures. docs/benchmarks.md says\n"
        "what the figures mean.");
    auto const one_of = [](std::vector<std::string> names) { return CLI::IsMember(std::move(names)); };
    app.add_option("--cell", o.cells, "cells")
        ->check(one_of({"lstm", "gru", "custom", "lnlstm", "lstm_head", "gru_head", "all"}))
        ->delimiter(',')
        ->capture_default_str();
    app.add_option("--workload", o.workloads,
                   "W1 to W6, S4, S8, S16, S24, or sizes T,B,I,H: steps, batch, inputs, hidden")
        ->check([](std::string const& text) {
            try {
                parse_workload(text);
                return std::string();
            } catch (std::invalid_argument const& e) {
                return std::string(e.what());
            }
        })
        ->capture_default_str();
    app.add_option("--mode", o.modes,
                   "all: forward and train; for W6, stream and train in a window of 64 steps")
        ->check(one_of({"forward", "train", "window", "stream", "all"}))
        ->delimiter(',')
        ->capture_default_str();
    app.add_option("--peers", o.peers, "peers to measure, if they are there")
        ->check(one_of({"onednn", "hand", "torch", "rtneural", "neuralaudio", "all", "none"}))
        ->delimiter(',')
        ->capture_default_str();
    app.add_option("--threads", o.threads, "threads, of Rondo and of the peers")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    app.add_option("--seconds", o.seconds, "approximate time for one row of the table")
        ->check(CLI::Range(0.001, 3600.0))
        ->capture_default_str();
    app.add_option("--repetitions", o.repetitions, "number of rounds, instead of --seconds")
        ->check(CLI::Range(1, 1'000'000));
    app.add_option("--clock", o.clock,
                   "clock to compare: wall, or cpu (of all threads; less noisy under load)")
        ->check(one_of({"wall", "cpu"}))
        ->capture_default_str();
    app.add_option("--json", o.json, "file to which each measurement appends a line of JSON");
    app.add_flag("--quiet", o.quiet, "no JSON on the standard output");
    app.add_flag("--markdown", o.markdown, "the table in Markdown");
}

}  // namespace rondo::bench
