#pragma once
/// @file
/// A cell of the benchmark. Each has its own file, because each takes seconds to compile.

#include "stream_run.hpp"
#include "unrolled_run.hpp"

#include <memory>

namespace rondo::bench {

/// The interface to a cell that is compiled in another translation unit.
struct cell_entry {
    void (*fill)(problem&);                                         ///< with numbers
    std::unique_ptr<contestant> (*contestant_for)(problem const&);  ///< Rondo on these numbers
};
extern cell_entry const lstm_entry;
extern cell_entry const gru_entry;
extern cell_entry const custom_entry;
extern cell_entry const ln_lstm_entry;

/// Rondo on a problem, with constant sizes in the modes that measure them.
template <class Cell>
std::unique_ptr<contestant> rondo_contestant(problem const& p)
{
    auto const& w = p.sizes;
    bool const streams = p.mode == mode_kind::stream;
    if (is_per_step(p.mode) && w.inputs == small_inputs && w.hidden == small_hidden) {
        using inputs = fixed<input, small_inputs>;
        using hiddens = fixed<hidden, small_hidden>;
        model<Cell, float, inputs, hiddens> m{};
        if (streams) {
            return std::make_unique<stream_run<Cell, inputs, hiddens>>(m, p);
        }
        return std::make_unique<unrolled_run<Cell, inputs, hiddens>>(m, p);
    }
    model<Cell, float> m{input{w.inputs}, hidden{w.hidden}};
    if (streams) {
        return std::make_unique<stream_run<Cell>>(m, p);
    }
    return std::make_unique<unrolled_run<Cell>>(m, p);
}

/// The entry of a cell.
template <class Cell>
inline constexpr cell_entry entry_of{&fill<Cell>, &rondo_contestant<Cell>};

}  // namespace rondo::bench
