#pragma once
/// @file
/// Workloads: a cell, sizes, and a mode.

#include <array>
#include <cstddef>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace rondo::bench {

enum class cell_kind { lstm, gru, custom, ln_lstm, lstm_head, gru_head };
inline constexpr std::array all_cells{cell_kind::lstm,    cell_kind::gru,       cell_kind::custom,
                                      cell_kind::ln_lstm, cell_kind::lstm_head, cell_kind::gru_head};

/// The name on the command line and in the output.
constexpr std::string_view name(cell_kind cell)
{
    constexpr std::array<std::string_view, 6> names{"lstm",   "gru",       "custom",
                                                    "lnlstm", "lstm_head", "gru_head"};
    return names[static_cast<std::size_t>(cell)];
}

/// Whether a dense layer reads one output from the state, as in models of amplifiers.
constexpr bool has_head(cell_kind cell)
{
    return cell == cell_kind::lstm_head || cell == cell_kind::gru_head;
}

enum class mode_kind {
    forward,  ///< the output of a whole sequence, without saved values
    train,    ///< forward, and the gradient of everything
    window,   ///< forward, backward and a step of gradient descent; the time is per time step
    stream    ///< one time step a call; the time is per time step
};

constexpr std::string_view name(mode_kind mode)
{
    constexpr std::array<std::string_view, 4> names{"forward", "train", "window", "stream"};
    return names[static_cast<std::size_t>(mode)];
}
constexpr bool trains(mode_kind mode) { return mode == mode_kind::train || mode == mode_kind::window; }
/// Whether the time is per time step and not per sequence.
constexpr bool is_per_step(mode_kind mode) { return mode == mode_kind::window || mode == mode_kind::stream; }

/// Sizes.
struct workload {
    std::string name;
    std::size_t steps, batch, inputs, hidden;
};

/// The sizes of a small audio model, for streams; these models have constant sizes.
inline constexpr std::size_t small_inputs = 1;
inline constexpr std::size_t small_hidden = 40;
inline constexpr std::size_t small_steps = 64;

/// Whether a model only streams, and trains in windows.
inline bool is_small(workload const& w) { return w.name == "W6" || w.name.starts_with("S"); }

/// A name, or four numbers T,B,I,H.
/// @throws std::invalid_argument if it is neither.
inline workload parse_workload(std::string const& text)
{
    static std::array<workload, 10> const known{{{"W1", 100, 1, 32, 64},
                                                 {"W2", 100, 1, 128, 256},
                                                 {"W3", 100, 32, 64, 128},
                                                 {"W4", 100, 64, 256, 256},
                                                 {"W5", 50, 128, 512, 512},
                                                 {"W6", small_steps, 1, small_inputs, small_hidden},
                                                 {"S4", small_steps, 1, small_inputs, 4},
                                                 {"S8", small_steps, 1, small_inputs, 8},
                                                 {"S16", small_steps, 1, small_inputs, 16},
                                                 {"S24", small_steps, 1, small_inputs, 24}}};
    for (auto const& w : known) {
        if (text == w.name) {
            return w;
        }
    }
    std::array<long, 4> n{};
    std::array<char, 3> comma{};
    std::istringstream in(text);
    in >> n[0] >> comma[0] >> n[1] >> comma[1] >> n[2] >> comma[2] >> n[3];
    bool fits = !in.fail() && in.peek() == std::istringstream::traits_type::eof() &&
                comma == std::array{',', ',', ','};
    for (long const size : n) {
        fits = fits && size > 0;
    }
    if (!fits) {
        throw std::invalid_argument(
            "expected W1 to W6, S4, S8, S16, S24 or four positive numbers T,B,I,H; found " + text);
    }
    auto const size = [&](std::size_t i) { return static_cast<std::size_t>(n[i]); };
    return {text, size(0), size(1), size(2), size(3)};
}

}  // namespace rondo::bench
