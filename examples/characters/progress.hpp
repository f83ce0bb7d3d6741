// A progress line: redrawn on a terminal, written from time to time elsewhere.
//
// Training takes minutes, and a program that is silent for minutes looks broken. A log of CI, on
// the other hand, should not contain thousands of redrawn lines. If the output is not a terminal, a
// line is written for each tenth of the work. On a terminal the line must not be longer than the
// terminal is wide, because "\r" would return to the middle of it. The bar fills the space beside the
// numbers.
#pragma once

#include <sys/ioctl.h>
#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iomanip>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>

namespace characters {

// The state of the training.
struct status {
    double fraction = 0;               // of all the work: 0 ... 1
    int epoch = 1;                     // the current one, from 1
    int epochs = 1;                    // in all
    double loss = 0;                   // of the training, in bits per character
    std::optional<double> held_out{};  // in bits per character, once it was measured
    double characters = 0;             // trained on so far, all epochs together
    double seconds = 0;                // spent on them
};

// "1:02", or "1:00:02" from an hour on.
inline std::string clock_time(double seconds)
{
    auto const whole = std::lround(std::max(seconds, 0.0));
    std::ostringstream text;
    text << std::setfill('0');
    if (whole >= 3600) text << whole / 3600 << ':' << std::setw(2);
    text << whole / 60 % 60 << ':' << std::setw(2) << whole % 60;
    return text.str();
}

// The line, at most `columns` wide. For example, at 80 columns:
//   [###---]  50% epoch 10/20 loss 1.312 held-out 1.523 bits 80k char/s 0:28 of 0:55
inline std::string progress_line(status const& now, int columns)
{
    auto const fraction = std::clamp(now.fraction, 0.0, 1.0);
    std::ostringstream numbers;
    numbers << std::fixed << std::setw(4) << static_cast<int>(fraction * 100) << "% epoch " << now.epoch
            << '/' << now.epochs << std::setprecision(3) << " loss " << now.loss;
    if (now.held_out) numbers << " held-out " << *now.held_out;
    numbers << " bits";
    if (now.seconds > 0) {
        numbers << std::setprecision(0) << ' ' << now.characters / now.seconds / 1000 << "k char/s "
                << clock_time(now.seconds);
        if (fraction > 0) numbers << " of " << clock_time(now.seconds / fraction);
    }

    auto const text = numbers.str();
    auto const wide = static_cast<std::size_t>(std::max(columns, 0));
    constexpr std::size_t brackets = 2;
    constexpr std::size_t shortest_bar = 4;
    constexpr std::size_t longest_bar = 24;
    if (text.size() + brackets + shortest_bar > wide) return text.substr(0, wide);
    auto const cells = std::min(wide - brackets - text.size(), longest_bar);
    auto const full = static_cast<std::size_t>(fraction * static_cast<double>(cells));
    return '[' + std::string(full, '#') + std::string(cells - full, '-') + ']' + text;
}

// Shows that line on standard error, which does not contain the results, or on another stream.
class progress {
   public:
    progress() : progress(std::cerr, isatty(STDERR_FILENO) != 0) {}

    // `terminal`: whether lines on `output` can be redrawn.
    progress(std::ostream& output, bool terminal) : output_(output), terminal_(terminal) {}

    // Ends the line, also after an exception, so that later output does not overwrite it.
    ~progress() { finish(); }
    progress(progress const&) = delete;
    progress& operator=(progress const&) = delete;

    // Shows `now` if the last line is old enough, so it may be called at any rate. Takes seconds from its own
    // clock unless they are given.
    void show(status now)
    {
        auto const time = clock::now();
        if (now.seconds <= 0) now.seconds = std::chrono::duration<double>(time - begin_).count();
        if (terminal_) {
            constexpr std::chrono::milliseconds interval{100};
            if (open_ && now.fraction < 1 && time - drawn_ < interval) return;
            drawn_ = time;
            open_ = true;
            constexpr auto erase_the_rest = "\033[K";
            output_ << '\r' << progress_line(now, columns() - 1) << erase_the_rest << std::flush;
        } else {
            if (now.fraction < due_) return;
            constexpr double lines = 10;
            due_ = (std::floor(now.fraction * lines) + 1) / lines;
            output_ << progress_line(now, log_columns) << std::endl;
        }
    }

    // Ends the line, so that other output can follow; `show` begins a new one.
    void finish()
    {
        if (open_) output_ << std::endl;
        open_ = false;
    }

   private:
    using clock = std::chrono::steady_clock;
    static constexpr int log_columns = 100;

    static int columns()
    {
        winsize size{};
        auto const known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
        return known ? size.ws_col : 80;
    }

    std::ostream& output_;
    bool terminal_;
    bool open_ = false;  // whether a line is drawn and not ended
    double due_ = 0;     // the fraction from which on the next line of a log is due
    clock::time_point begin_ = clock::now();
    clock::time_point drawn_;
};

}  // namespace characters
