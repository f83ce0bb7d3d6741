#pragma once
/// @file
/// A notice of the compiler's for programs that are compiled without optimisation.
///
/// Kernels are folds of small functions over registers. Unless the compiler optimises, each of them is a call
/// that passes its arguments in memory. The results are right, but runs are hundreds of times slower, which
/// looks like a defect of the library. docs/install.md lists what each level costs.
///
/// `-DRONDO_NO_OPTIMIZATION_NOTICE` silences the notice. It is no error with -Werror, and it appears even if
/// the library is a system header. A message of g++ has both properties. clang drops messages of system
/// headers, but not warnings by directive, which the pragma keeps from becoming errors.

#if !defined(__OPTIMIZE__) && !defined(RONDO_NO_OPTIMIZATION_NOTICE)
#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpedantic"
#pragma clang diagnostic warning "-W#warnings"
#warning rondo: without -O2 runs are hundreds of times slower. RONDO_NO_OPTIMIZATION_NOTICE silences this.
#pragma clang diagnostic pop
#elif defined(__GNUC__)
#pragma message \
    "rondo: without -O2 runs are hundreds of times slower. RONDO_NO_OPTIMIZATION_NOTICE silences this."
#endif
#endif
