#pragma once
/// @file
/// The only macros of the library.

/// Inlines a function or a lambda whatever the compiler's cost model says. Kernels are written as
/// folds of small functions over registers; one call in between would spill them all.
#define RONDO_INLINE inline __attribute__((always_inline))
/// The same for a lambda, after its parameters.
#define RONDO_INLINE_LAMBDA __attribute__((always_inline))
