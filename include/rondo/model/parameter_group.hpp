#pragma once
/// @file
/// Parameters and their gradient, as an optimiser takes them.

#include <rondo/namespaces.hpp>

#include <span>

namespace rondo::inline RONDO_ISA {

/// The parameters of a model and their gradient from the last backward() of a run, each as one vector, entry
/// for entry. Both may be changed in place. A model that is const or frozen gives a group without entries.
template <class T>
struct parameter_group {
    std::span<T> parameters;  ///< see parameters::flat()
    std::span<T> gradients;   ///< as many
};

}  // namespace rondo::inline RONDO_ISA
