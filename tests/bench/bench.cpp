// Measures Rondo against its peers. --help lists the flags; docs/benchmarks.md explains the results.
//
// A problem is the input data of all contestants, a contestant is an implementation,
// interleave() times them in turn, and a measurement is a printed result.

#include "measurement.hpp"
#include "options.hpp"
#include "rondo_cell.hpp"

#ifdef RONDO_BENCH_ONEDNN
#include "hand.hpp"
#include "onednn.hpp"
#endif
#ifdef RONDO_BENCH_RTNEURAL
#include "rtneural.hpp"
#endif
#ifdef RONDO_BENCH_NEURALAUDIO
#include "neuralaudio.hpp"
#endif
#include "torch.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace rondo::bench {
namespace {

cell_entry const& entry(cell_kind cell)
{
    switch (cell) {
        case cell_kind::lstm: return lstm_entry;
        case cell_kind::gru: return gru_entry;
        case cell_kind::custom: return custom_entry;
        case cell_kind::lstm_head: return lstm_head_entry;
        case cell_kind::gru_head: return gru_head_entry;
        case cell_kind::ln_lstm: break;
    }
    return ln_lstm_entry;
}

contestants peers_of(problem const& p, std::vector<std::string> const& names)
{
    contestants all;
    auto const add = [&](contestants more) { std::ranges::move(more, std::back_inserter(all)); };
#ifdef RONDO_BENCH_ONEDNN
    if (chosen(names, "onednn")) {
        add(onednn_contestants(p));
    }
    if (chosen(names, "hand")) {
        add(hand_contestants(p));
    }
#endif
    if (chosen(names, "torch")) {
        add(torch_contestants(p));
    }
#ifdef RONDO_BENCH_RTNEURAL
    if (chosen(names, "rtneural")) {
        add(rtneural_eigen_contestants(p));
        add(rtneural_xsimd_contestants(p));
        add(rtneural_stl_contestants(p));
    }
#endif
#ifdef RONDO_BENCH_NEURALAUDIO
    if (chosen(names, "neuralaudio")) {
        add(neuralaudio_fast_contestants(p));
        add(neuralaudio_eigen_contestants(p));
    }
#endif
    return all;
}

measurement measure(problem const& p, options const& o)
{
    auto const rondo = entry(p.cell).contestant_for(p);
    auto const peers = peers_of(p, o.peers);
    fma_peak peak;
    read_peak read(static_cast<std::size_t>(p.step_by_step()));
    function_peak functions;
    std::vector<competitor*> all{rondo.get(), &peak, &read, &functions};
    double difference = 0;
    tensors const found = rondo->results();
    for (auto const& peer : peers) {
        double const one = check_agreement(found, peer->results(), peer->tolerance(),
                                           p.title() + " against " + peer->peer() + " " + peer->variant());
        difference = std::max(difference, one);
        all.push_back(peer.get());
    }
    auto const clock = o.clock == "wall" ? clock_kind::wall : clock_kind::cpu;
    measurement m(p, clock, interleave(all, {o.seconds, o.repetitions, p.threads > 1}), read.floats_read());
    m.difference = difference;
    return m;
}

void run(options const& o)
{
    std::ofstream file;
    if (!o.json.empty()) {
        file.open(o.json, std::ios::app);
        if (!file) {
            throw std::runtime_error("cannot write " + o.json);
        }
    }
    table printed(heading());
    for (auto const cell : all_cells) {
        for (auto const& sizes : o.workloads) {
            workload const w = parse_workload(sizes);
            for (mode_kind const mode : modes_of(w, o.modes)) {
                bool const cannot = has_head(cell) && mode != mode_kind::stream;
                if (cannot || !chosen(o.cells, name(cell))) {
                    continue;
                }
                problem p{cell, w, mode, o.threads};
                entry(cell).fill(p);
                measurement const m = measure(p, o);
                auto const line = m.json().dump();
                if (!o.quiet) {
                    std::cout << line << std::endl;
                }
                file << line << std::endl;
                printed.add(row_of(m));
            }
        }
    }
    printed.print(std::cout, o.markdown);
}

}  // namespace
}  // namespace rondo::bench

int main(int argc, char** argv)
{
    CLI::App app;
    rondo::bench::options chosen;
    rondo::bench::add_options(app, chosen);
    CLI11_PARSE(app, argc, argv);
#ifndef RONDO_BENCH_ONEDNN
    std::cerr << "Built without oneDNN 2 (Debian's libdnnl-dev): no such peer, nor the hand-written.\n";
#endif
    try {
        rondo::bench::run(chosen);
    } catch (std::exception const& error) {
        std::cerr << "bench: " << error.what() << std::endl;
        return 1;
    }
}
