#pragma once
/// @file
/// The data shared by the functions of a running stage: its own copy of the context, and the sizes.

#include <rondo/kernel/context.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::kernel_internal {

/// One vector of features of one row.
struct vector_position {
    std::ptrdiff_t row;      ///< time and batch
    std::ptrdiff_t feature;  ///< the first of the vector
    std::ptrdiff_t valid;    ///< features from there to the end; may exceed the vector
};

/// The inputs of a running stage. Each stage makes one on its stack and passes it to inlined functions only:
/// no store of a vector can alias it, so its pointers stay in registers.
template <class Stage, class T, class Sizes>
struct stage_frame {
    using stage_type = Stage;         ///< the stage that runs
    using exe = typename Stage::exe;  ///< the program it is a stage of
    using value_type = T;             ///< of all entries
    context<exe, T> const ctx;        ///< a copy of the caller's
    Sizes const& sizes;               ///< of the dimensions

    /// The size of the dimension along which the stage works.
    [[nodiscard]] RONDO_INLINE std::ptrdiff_t features() const
    {
        return sizes.template get<Stage::what.dim>();
    }
};

}  // namespace rondo::inline RONDO_ISA::kernel_internal
