#include "child.hpp"

#include <array>
#include <csignal>
#include <stdexcept>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rondo::bench {

child::child(std::vector<std::string> const& words)
{
    std::signal(SIGPIPE, SIG_IGN);  // the end of a child is detected by reading
    std::array<int, 2> to{};
    std::array<int, 2> from{};
    if (pipe2(to.data(), O_CLOEXEC) != 0 || pipe2(from.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error("cannot make a pipe");
    }
    std::vector<char*> arguments;
    for (auto const& word : words) {
        arguments.push_back(const_cast<char*>(word.c_str()));  // only read
    }
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
    int const error = posix_spawnp(&id_, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(to[0]);
    close(from[1]);
    to_ = fdopen(to[1], "w");
    from_ = fdopen(from[0], "r");
    if (error != 0) {
        id_ = 0;
        std::fclose(to_);
        std::fclose(from_);
        throw std::runtime_error("cannot start " + words[0]);
    }
}

child::~child()
{
    std::fclose(to_);
    std::fclose(from_);
    waitpid(id_, nullptr, 0);
}

void child::say(std::string const& line)
{
    std::fputs((line + "\n").c_str(), to_);
    std::fflush(to_);
}

std::string child::hear()
{
    std::string line;
    for (int c = std::fgetc(from_); c != EOF && c != '\n'; c = std::fgetc(from_)) {
        line.push_back(static_cast<char>(c));
    }
    return line;
}

}  // namespace rondo::bench
