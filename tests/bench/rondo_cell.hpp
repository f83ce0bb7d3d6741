#pragma once
/// @file
/// A cell of the benchmark. Each has its own file, because each takes seconds to compile.

#include "fill.hpp"
#include "stream_run.hpp"
#include "unrolled_run.hpp"

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>

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
extern cell_entry const lstm_head_entry;
extern cell_entry const gru_head_entry;

/// A model of constant sizes.
template <class Cell, std::size_t Hidden>
auto small()
{
    if constexpr (reads_out<Cell>) {
        return model<Cell, float, fixed<input, small_inputs>, fixed<hidden, Hidden>, fixed<output, 1>>{};
    } else {
        return model<Cell, float, fixed<input, small_inputs>, fixed<hidden, Hidden>>{};
    }
}

/// Rondo on a problem. Streams of the hidden sizes @p Streams have constant sizes, and so have windows of
/// small_hidden.
template <class Cell, std::size_t... Streams>
std::unique_ptr<contestant> rondo_contestant(problem const& p)
{
    bool const one_input = p.sizes.inputs == small_inputs;
    if (p.mode == mode_kind::stream) {
        std::unique_ptr<contestant> found;
        auto const try_size = [&]<std::size_t Hidden>(std::integral_constant<std::size_t, Hidden>) {
            if (one_input && p.sizes.hidden == Hidden) {
                found = stream_of(small<Cell, Hidden>(), p);
            }
        };
        (try_size(std::integral_constant<std::size_t, Streams>()), ...);
        return found ? std::move(found) : stream_of(sized<Cell>(p.sizes), p);
    }
    if constexpr (!reads_out<Cell>) {
        bool const constant = p.mode == mode_kind::window && one_input && p.sizes.hidden == small_hidden;
        return constant ? unrolled_of(small<Cell, small_hidden>(), p) : unrolled_of(sized<Cell>(p.sizes), p);
    }
    throw std::invalid_argument(p.title() + ": this cell only streams");
}

/// The entry of a cell.
template <class Cell, std::size_t... Streams>
inline constexpr cell_entry entry_of{&fill<Cell>, &rondo_contestant<Cell, Streams...>};

}  // namespace rondo::bench
