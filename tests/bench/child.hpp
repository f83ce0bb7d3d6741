#pragma once
/// @file
/// Another program that is talked to line by line.

#include <cstdio>
#include <string>
#include <vector>

namespace rondo::bench {

/// A child process: what is said goes to its standard input, what it says is heard. Its standard
/// error is this program's. It ends when its input does.
class child {
   public:
    /// Starts the program @p words[0], which is looked up in PATH.
    /// @throws std::runtime_error if it cannot be started.
    explicit child(std::vector<std::string> const& words);
    child(child const&) = delete;
    child& operator=(child const&) = delete;
    ~child();

    void say(std::string const& line);
    /// The next line, without its end; nothing if there will be none.
    std::string hear();

   private:
    int id_ = 0;
    std::FILE* to_ = nullptr;
    std::FILE* from_ = nullptr;
};

}  // namespace rondo::bench
