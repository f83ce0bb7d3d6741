#pragma once
/// @file
/// What training needs of a run.

#include <rondo/namespaces.hpp>

#include <span>

namespace rondo::inline RONDO_ISA {

/// The parameters of a model and what the last backward() of a run found their gradient to be, each as
/// one vector, entry for entry, to be read and changed in place; without entries for a model that is const
/// or frozen.
template <class T>
struct parameter_group {
    std::span<T> parameters;  ///< see parameters::flat()
    std::span<T> gradients;   ///< as many
};

}  // namespace rondo::inline RONDO_ISA
