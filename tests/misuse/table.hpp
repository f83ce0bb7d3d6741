#pragma once
/// @file
/// Tables of misuses of public functions, with what comes of each.
///
/// A *subject* is an object under test with what its functions are given. It has a default constructor that
/// always makes equal ones, and use(), a proper use whose results depend on nothing that was called before.

#include <rondo/rondo.hpp>

#include <doctest/doctest.h>

#include <exception>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rondo::test {

/// The entry that is being checked, for a report of a sanitizer, which ends the program.
inline char const* current_entry = "none";

/// The numbers of results, one after the other.
using numbers = std::vector<double>;

/// Appends the numbers of several results.
template <class... Results>
numbers all_of(Results const&... results)
{
    numbers all;
    (all.insert(all.end(), results.begin(), results.end()), ...);
    return all;
}

/// An exception: its type and a part of its message.
struct thrown {
    bool (*has_type)(std::exception const&);
    std::string_view text;
};

/// The misuse throws an @p Error whose message has @p text in it.
template <class Error>
thrown throws(std::string_view text)
{
    return {[](std::exception const& e) { return dynamic_cast<Error const*>(&e) != nullptr; }, text};
}
/// The misuse is rejected as a wrong argument.
inline thrown rejects(std::string_view text) { return throws<input_error>(text); }

/// The misuse is right: it gives the results of a clean call, on copies.
template <class Clean>
struct right {
    Clean clean;
};
template <class Clean>
right(Clean) -> right<Clean>;

/// A misuse of a subject and what comes of it.
template <class Subject>
class misuse {
   public:
    template <class Wrong>
    misuse(char const* what, Wrong wrong, thrown expected)
        : what_(what), wrong_(call_of(std::move(wrong))), thrown_(expected)
    {
    }
    template <class Wrong, class Clean>
    misuse(char const* what, Wrong wrong, right<Clean> expected)
        : what_(what), wrong_(call_of(std::move(wrong))), clean_(call_of(std::move(expected.clean)))
    {
    }

    /// Checks what comes of it, and that the object works afterwards: it gives @p fresh.
    void check(numbers const& fresh) const
    {
        INFO(what_);
        current_entry = what_;
        Subject s;
        if (clean_) {
            Subject other;
            numbers given;
            CHECK_NOTHROW(given = wrong_(s));
            CHECK(given == clean_(other));
        } else {
            check_thrown(s);
        }
        numbers afterwards;
        CHECK_NOTHROW(afterwards = s.use());
        CHECK(afterwards == fresh);
    }

   private:
    using call = std::function<numbers(Subject&)>;

    template <class F>
    static call call_of(F f)
    {
        return [f = std::move(f)](Subject& s) -> numbers {
            if constexpr (std::is_same_v<decltype(f(s)), numbers>) {
                return f(s);
            } else {
                f(s);
                return {};
            }
        };
    }
    void check_thrown(Subject& s) const
    {
        std::string said = "nothing is thrown";
        bool has_type = false;
        try {
            wrong_(s);
        } catch (std::exception const& e) {
            has_type = thrown_.has_type(e);
            said = e.what();
        }
        INFO("thrown: ", said, "; expected: ", std::string(thrown_.text));
        CHECK(has_type);
        CHECK(said.find(thrown_.text) != std::string::npos);
    }

    char const* what_;
    call wrong_;
    call clean_{};
    thrown thrown_{};
};

/// Checks all misuses of a table.
template <class Subject>
void check(std::initializer_list<misuse<Subject>> table)
{
    Subject subject;
    numbers const fresh = subject.use();
    CHECK(subject.use() == fresh);
    for (misuse<Subject> const& entry : table) {
        entry.check(fresh);
    }
}

}  // namespace rondo::test
