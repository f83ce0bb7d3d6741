#pragma once
/// @file
/// How a stack runs the windows of its layers.

#include <rondo/namespaces.hpp>
#include <rondo/time/lengths_view.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The members by which a stack carries states, private in every layer that can do so. A window is run by all
/// layers before any of them counts it. So if one of them fails, none has gone on.
struct window_access {
    /// Runs over a window, which counts after keep() only. If @p Save, it is for training.
    template <bool Save, class L, class X>
    static decltype(auto) open(L& layer, X const& x, lengths_view lengths)
    {
        return layer.template open_window<Save>(x, lengths);
    }
    /// Counts the window of open(). A gradient goes back over at most @p over columns.
    template <class L>
    static void keep(L& layer, std::ptrdiff_t over)
    {
        layer.keep_window(over);
    }
    /// Forgets the window of open(), if there is one.
    template <class L>
    static void discard(L& layer) noexcept
    {
        layer.discard_window();
    }
    /// The gradients of the inputs, as backward() returns them, over the last columns, those of the last
    /// window or all that the truncation reaches, whichever are more. @p dy is the gradient of the last
    /// outputs, with zeros where a sequence has no step.
    template <class L, class Dy>
    static decltype(auto) back(L& layer, Dy const& dy)
    {
        return layer.back_over_windows(dy);
    }
    /// Begins sequence @p b anew, or all of them if it is negative.
    template <class L>
    static void restart(L& layer, std::ptrdiff_t b)
    {
        layer.restart_windows(b);
    }
    /// References to the runs in a layer that carry states, in order: a tuple.
    template <class L>
    static auto runs(L& layer)
    {
        return layer.runs_of_windows();
    }
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
