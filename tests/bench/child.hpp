#pragma once
/// @file
/// Communication with another program, line by line.

#include <cstdio>
#include <string>
#include <vector>

namespace rondo::bench {

/// A child process with pipes to its standard input and output. Its standard
/// error is that of this program. It must end when its input ends.
class child {
   public:
    /// Starts the program @p words[0], which is searched in PATH.
    /// @throws std::runtime_error if it cannot be started.
    explicit child(std::vector<std::string> const& words);
    child(child const&) = delete;
    child& operator=(child const&) = delete;
    ~child();

    void say(std::string const& line);
    /// The next line, without its end; nothing after the last one.
    std::string hear();

   private:
    int id_ = 0;
    std::FILE* to_ = nullptr;
    std::FILE* from_ = nullptr;
};

}  // namespace rondo::bench
