#pragma once
/// @file
/// Parameter names as types, so that looking one up costs nothing and a wrong one does not compile.

#include <rondo/namespaces.hpp>

#include <boost/hana/string.hpp>

#include <cstddef>
#include <utility>

namespace rondo::inline RONDO_ISA::exec_internal {

/// A string literal as a template argument.
template <std::size_t N>
struct literal {
    char text[N];  ///< its characters and the null
    /// Copies the characters.
    constexpr literal(char const (&s)[N])  // NOLINT: made from a literal
    {
        for (std::size_t i = 0; i < N; ++i) {
            text[i] = s[i];
        }
    }
};

}  // namespace rondo::inline RONDO_ISA::exec_internal

namespace rondo::inline RONDO_ISA {

/// The literal suffix for names.
inline namespace literals {

/// A name as a Hana string: `parameters["f.W"_s]`.
template <exec_internal::literal Text>
constexpr auto operator""_s()
{
    return []<std::size_t... I>(std::index_sequence<I...>) {
        return boost::hana::string<Text.text[I]...>{};
    }(std::make_index_sequence<sizeof(Text.text) - 1>{});
}

}  // namespace literals

}  // namespace rondo::inline RONDO_ISA
