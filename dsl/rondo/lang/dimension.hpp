#pragma once
/// @file
/// Named dimensions, which make adding a vector of inputs to a vector of states an error.

#include <rondo/namespaces.hpp>

#include <cstddef>
#include <string_view>
#include <type_traits>

namespace rondo::inline RONDO_ISA::lang_internal {

/// The most entries of a dimension, and of a parameter: 2^48 where addresses have 64 bits. No memory is that
/// large, and the padded bytes of as many entries can still be counted by std::ptrdiff_t.
inline constexpr std::size_t most_entries = std::size_t{1} << (8 * sizeof(std::size_t) - 16);

}  // namespace rondo::inline RONDO_ISA::lang_internal

namespace rondo::inline RONDO_ISA {

/// Base of all dimensions. A dimension is a type, so that shapes are checked while compiling; an
/// object of it carries the size that a model binds it to.
///
/// @code
/// struct phonemes : rondo::dimension { using dimension::dimension; };
/// @endcode
struct dimension {
    std::size_t size = 0;  ///< number of entries along the dimension

    constexpr dimension() = default;
    /// Binds the dimension to a size, in entries.
    constexpr explicit dimension(std::size_t entries) noexcept : size(entries) {}
};

/// The features that enter a step.
struct input : dimension {
    using dimension::dimension;
};
/// The entries of a state.
struct hidden : dimension {
    using dimension::dimension;
};
/// The features that a read-out yields.
struct output : dimension {
    using dimension::dimension;
};

/// A type that names a dimension.
template <class D>
concept dimension_name = std::is_base_of_v<dimension, D> && !std::is_same_v<dimension, D>;

/// A dimension whose size is a constant: `model<gru>{fixed<input, 28>{}, fixed<hidden, 128>{}}`.
template <dimension_name D, std::size_t Size>
struct fixed {
    static_assert(Size > 0, "a dimension has at least one entry");
    static_assert(Size <= lang_internal::most_entries, "a dimension of so many entries fits in no memory");
    using dimension_type = D;                  ///< the dimension that is bound
    static constexpr std::size_t size = Size;  ///< number of entries
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::lang_internal {

/// The name of a type as its author wrote it, without namespaces: `hidden`.
template <class T>
constexpr std::string_view type_name()
{
    std::string_view text = __PRETTY_FUNCTION__;
    text.remove_prefix(text.find("T = ") + 4);
    text = text.substr(0, text.find_first_of(";]"));
    auto const colon = text.substr(0, text.find('<')).rfind("::");
    return colon == std::string_view::npos ? text : text.substr(colon + 2);
}

}  // namespace rondo::inline RONDO_ISA::lang_internal
