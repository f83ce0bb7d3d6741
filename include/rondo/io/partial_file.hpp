#pragma once
/// @file
/// A file that is being written, beside the file that it will replace.
///
/// All system calls of saving are here. They are those of POSIX, because the C++ library can neither flush
/// a file to the disk, nor lock it, nor create it with a mode.

#include <rondo/io/file_error.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <random>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rondo::inline RONDO_ISA::io_internal {

namespace detail {

inline constexpr std::string_view partial_mark = ".rondo-";
inline constexpr std::string_view partial_end = ".part";
inline constexpr std::size_t partial_digits = 16;

/// The beginning of the names of all partial files of a file called @p name. It is shortened so that the
/// whole name of a partial file has at most 64 bytes or, if @p name is longer, as many as that: file systems
/// limit the length of names.
inline std::string partial_prefix(std::string name)
{
    constexpr std::size_t added = partial_mark.size() + partial_digits + partial_end.size();
    std::size_t const most = std::max<std::size_t>(name.size(), 64) - added;
    if (name.size() > most) {
        std::size_t end = most;
        while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) {
            --end;  // not within a character of UTF-8, which some file systems reject
        }
        name.resize(end);
    }
    return name += partial_mark;
}

/// Whether @p name consists of @p prefix, the digits and the end.
inline bool is_partial(std::string_view name, std::string_view prefix)
{
    return name.size() == prefix.size() + partial_digits + partial_end.size() && name.starts_with(prefix) &&
           name.ends_with(partial_end) &&
           name.substr(prefix.size(), partial_digits).find_first_not_of("0123456789abcdef") ==
               std::string_view::npos;
}

/// The digits of a partial file: random, because several threads and processes may save to one path at a
/// time.
inline std::string random_digits()
{
    std::random_device random;
    std::string digits;
    while (digits.size() < partial_digits) {
        digits += "0123456789abcdef"[random() % 16];
    }
    return digits;
}

/// An open file or directory, closed by the destructor.
class descriptor {
   public:
    explicit descriptor(int number) : number_(number) {}
    descriptor(descriptor const&) = delete;
    descriptor& operator=(descriptor const&) = delete;
    ~descriptor()
    {
        if (number_ >= 0) {
            ::close(number_);
        }
    }

    [[nodiscard]] int number() const { return number_; }

   private:
    int number_;
};

/// Removes the partial files in @p folder whose names begin with @p prefix and whose process has ended. A
/// process that writes one has locked it, and the system removes the lock when the process ends. Files
/// that cannot be locked or removed, such as those of another user, stay.
inline void remove_stale(std::filesystem::path const& folder, std::string_view prefix)
{
    std::error_code problem;
    std::filesystem::directory_iterator entry(folder, problem);
    for (; !problem && entry != std::filesystem::directory_iterator(); entry.increment(problem)) {
        std::filesystem::path const& path = entry->path();
        if (is_partial(path.filename().native(), prefix)) {
            descriptor const file(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
            struct ::stat found {};
            if (::fstat(file.number(), &found) == 0 && S_ISREG(found.st_mode) &&
                ::flock(file.number(), LOCK_EX | LOCK_NB) == 0) {
                ::unlink(path.c_str());
            }
        }
    }
}

}  // namespace detail

/// Writes all @p bytes to an open file. Returns whether it could; `errno` has the reason.
inline bool write_all(int file, std::string_view bytes)
{
    while (!bytes.empty()) {
        auto const written = ::write(file, bytes.data(), bytes.size());
        if (written >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

/// A file that is being written, in the folder of the file that it will replace.
///
/// Its name is that of the other file, shortened if it is long, with `.rondo-`, 16 random hexadecimal digits
/// and `.part`. It is locked until it is in place. So if a process is killed, the next one that saves to the
/// same path finds the file unlocked, and removes it.
class partial_file {
   public:
    /// Creates an empty file beside @p target, and removes partial files of @p target that ended processes
    /// left.
    ///
    /// If @p target exists, only the owner may read and write the partial file until it is complete.
    /// @param target the path of a regular file, or one where no file is.
    /// @param what the beginning of messages, see rejection::what.
    /// @throws file_error if the file cannot be created.
    partial_file(std::filesystem::path target, std::string what)
        : target_(std::move(target)), what_(std::move(what))
    {
        replaces_ = ::stat(target_.c_str(), &replaced_) == 0;
        std::string const prefix = detail::partial_prefix(target_.filename().string());
        detail::remove_stale(folder(), prefix);
        while (!create(prefix)) {
        }
    }
    partial_file(partial_file const&) = delete;
    partial_file& operator=(partial_file const&) = delete;
    /// Removes the file unless it is in place.
    ~partial_file()
    {
        if (!in_place_) {
            ::unlink(path_.c_str());
        }
        ::close(file_);
    }

    /// Appends @p bytes.
    /// @throws file_error if they cannot be written, such as to a full disk.
    void write(std::string_view bytes)
    {
        if (!write_all(file_, bytes)) {
            reject("write");
        }
    }

    /// Renames the file to the target, with the mode of the target if that exists, and otherwise as the
    /// process's umask has it. The file is flushed to the disk before, its folder afterwards: after
    /// a crash of the system there is the old file or the new one in full.
    /// @throws file_error if that fails. The target is unchanged, unless the message says that it is
    /// complete.
    void put_in_place()
    {
        if (replaces_) {
            take_mode();
        }
        if (::fsync(file_) != 0) {
            reject("flush");
        }
        if (::rename(path_.c_str(), target_.c_str()) != 0) {
            reject("rename");
        }
        in_place_ = true;
        flush_folder();
    }

   private:
    /// Creates and locks the file. Returns false if another process has removed it between the two.
    bool create(std::string const& prefix)
    {
        path_ = folder() / (prefix + detail::random_digits() + std::string(detail::partial_end));
        file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, replaces_ ? 0600 : 0666);
        if (file_ < 0) {
            if (errno == EEXIST) {
                return false;
            }
            reject("create");
        }
        ::flock(file_, LOCK_EX);  // without locks on this file system, remove_stale() removes nothing
        struct ::stat found {};
        if (::stat(path_.c_str(), &found) == 0) {
            return true;
        }
        ::close(file_);
        return false;
    }

    /// Takes the permissions from the file that is replaced, and its group if the process may set that.
    /// Otherwise another group would get the permissions of the old one, so it gets only those that others
    /// have.
    void take_mode()
    {
        struct ::stat mine {};
        if (::fstat(file_, &mine) != 0) {
            reject("examine");
        }
        auto mode = replaced_.st_mode & 0777U;
        if (mine.st_gid != replaced_.st_gid &&
            ::fchown(file_, static_cast<::uid_t>(-1), replaced_.st_gid) != 0) {
            mode &= 0707U | (mode & 07U) << 3;
        }
        if ((mine.st_mode & 0777U) != mode && ::fchmod(file_, mode) != 0) {
            reject("set the mode of");
        }
    }

    /// Flushes the new name to the disk. Does nothing where the folder may not be read, and on file systems
    /// without this operation.
    void flush_folder() const
    {
        detail::descriptor const opened(::open(folder().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (opened.number() >= 0 && ::fsync(opened.number()) != 0 && errno != EINVAL && errno != ENOTSUP) {
            std::error_code const reason(errno, std::generic_category());
            throw file_error({what_, "to flush the folder '" + folder().string() + "'",
                              reason.message() + ", after the complete file was put in place"});
        }
    }

    [[nodiscard]] std::filesystem::path folder() const
    {
        return target_.has_parent_path() ? target_.parent_path() : ".";
    }

    /// @throws file_error always, with the reason in `errno`.
    [[noreturn]] void reject(char const* verb) const
    {
        std::error_code const reason(errno, std::generic_category());
        throw file_error({what_, std::string("to ") + verb + " '" + path_.string() + "'", reason.message()});
    }

    std::filesystem::path target_;
    std::string what_;
    struct ::stat replaced_ {};  // of the target, if replaces_
    bool replaces_ = false;
    std::filesystem::path path_{};
    int file_ = -1;
    bool in_place_ = false;
};

}  // namespace rondo::inline RONDO_ISA::io_internal
