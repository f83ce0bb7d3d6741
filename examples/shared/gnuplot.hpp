// Pictures of curves, drawn by gnuplot (Debian package gnuplot-nox).
//
// gnuplot runs a script that contains the data. It is a program of its own, so an example builds, runs and
// ends with success where gnuplot is not installed; only the picture is missing then.
#pragma once

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

extern char** environ;

namespace shared {

// The points of one curve. Points that are not finite, and those that are not positive on a logarithmic
// axis, are left out.
struct curve {
    std::string title;
    std::vector<std::pair<double, double>> points{};
};

// The range of an axis.
struct axis_range {
    double low;
    double high;
};

// One diagram of a picture.
struct diagram {
    std::string title;
    std::string x_label;
    std::string y_label;
    bool is_logarithmic = false;  // the vertical axis
    std::vector<curve> curves{};
    std::optional<axis_range> x_range{};  // without one, chosen by gnuplot
    std::optional<axis_range> y_range{};
};

// `text` in quotes, for gnuplot.
inline std::string quoted(std::string const& text)
{
    std::string out = "'";
    for (char const c : text) {
        out += c == '\'' ? "''" : std::string(1, c);
    }
    return out + "'";
}

// The command that sets the range of an axis.
inline std::string range_command(char axis, std::optional<axis_range> const& range)
{
    std::ostringstream text;
    text << "set " << axis << "range [";
    if (range) text << range->low << ':' << range->high;
    text << (range ? "]\n" : "*:*]\n");
    return text.str();
}

// The script that draws `diagrams` side by side into `file`, an SVG or a PNG by its ending.
// Rejects other endings: std::invalid_argument.
inline std::string gnuplot_script(std::vector<diagram> const& diagrams, std::filesystem::path const& file)
{
    auto const ending = file.extension();
    if (ending != ".svg" && ending != ".png") {
        throw std::invalid_argument(file.string() + ": expected a picture that ends in .svg or .png");
    }
    std::ostringstream text;
    text.precision(10);
    for (std::size_t d = 0; d < diagrams.size(); ++d) {
        for (std::size_t c = 0; c < diagrams[d].curves.size(); ++c) {
            text << "$data" << d << '_' << c << " << EOD\n";
            for (auto const& [x, y] : diagrams[d].curves[c].points) {
                bool const shown = std::isfinite(x) && std::isfinite(y);
                if (shown && (y > 0 || !diagrams[d].is_logarithmic)) text << x << ' ' << y << '\n';
            }
            text << "EOD\n";
        }
    }
    text << "set terminal " << (ending == ".svg" ? "svg" : "pngcairo") << " noenhanced size "
         << 640 * diagrams.size() << ",480\n"
         << "set output " << quoted(file.string()) << '\n'
         << "set multiplot layout 1," << diagrams.size() << "\n"
         << "set key outside below\nset grid\nset format y '%g'\n";
    for (std::size_t d = 0; d < diagrams.size(); ++d) {
        text << "set title " << quoted(diagrams[d].title) << "\nset xlabel " << quoted(diagrams[d].x_label)
             << "\nset ylabel " << quoted(diagrams[d].y_label) << '\n'
             << (diagrams[d].is_logarithmic ? "set" : "unset") << " logscale y\n"
             << range_command('x', diagrams[d].x_range) << range_command('y', diagrams[d].y_range) << "plot ";
        for (std::size_t c = 0; c < diagrams[d].curves.size(); ++c) {
            constexpr std::size_t colours = 8;  // then gnuplot repeats them
            text << (c > 0 ? ", " : "") << "$data" << d << '_' << c << " with lines linewidth 2 dashtype "
                 << c / colours + 1 << " title " << quoted(diagrams[d].curves[c].title);
        }
        text << '\n';
    }
    return text.str() + "unset multiplot\n";
}

// A temporary file with a text, removed by the destructor.
class temporary_file {
   public:
    explicit temporary_file(std::string const& text)
        : path_((std::filesystem::temp_directory_path() / "rondo-XXXXXX").string())
    {
        int const file = mkstemp(path_.data());
        bool const written =
            file >= 0 && write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
        int const error = errno;
        if (file >= 0) close(file);
        if (!written) throw std::system_error(error, std::generic_category(), path_);
    }
    temporary_file(temporary_file const&) = delete;
    temporary_file& operator=(temporary_file const&) = delete;
    ~temporary_file() { std::remove(path_.c_str()); }

    std::string const& path() const { return path_; }

   private:
    std::string path_;
};

// Draws `diagrams` side by side into `file`. Returns a line for the user, which names the picture or says
// that none was drawn because `program` is not installed. Rejects a file that does not end in .svg or .png:
// std::invalid_argument. If `program` fails: std::runtime_error.
inline std::string draw(std::vector<diagram> const& diagrams, std::filesystem::path const& file,
                        std::string const& program = "gnuplot")
{
    temporary_file const script(gnuplot_script(diagrams, file));
    std::string name = program;
    std::string argument = script.path();
    char* words[] = {name.data(), argument.data(), nullptr};
    pid_t child = 0;
    if (posix_spawnp(&child, name.c_str(), nullptr, nullptr, words, environ) != 0) {
        return "No picture was drawn, because " + program +
               " is not installed; on Debian: apt-get install gnuplot-nox";
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        throw std::runtime_error(file.string() + ": expected " + program +
                                 " to draw it; it failed, and has said why");
    }
    return "The picture is " + file.string();
}

}  // namespace shared
