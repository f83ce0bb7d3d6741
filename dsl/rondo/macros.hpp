#pragma once
/// @file
/// The macros of the library besides its version: the name of the instruction set, and forced inlining.
///
/// RONDO_ISA names the instruction set that a translation unit is compiled for. The inline namespace around
/// the library has this name.
///
/// Two units of a program may be compiled for different instruction sets. Of functions with equal
/// names the linker keeps one, whichever unit it comes from. Without separate names, a processor could
/// execute instructions that it does not have. The name is the level of x86-64, such as isa_v3, or the
/// version of ARM's architecture. The extensions beyond it that compilers use unasked follow; a family of
/// processors that has several of them is one word. The name is short because compilers print it
/// in every message. Assertions are not part of it because kernels have none. Neither are -ffp-contract and
/// -mprefer-vector-width, which the preprocessor cannot see and which add no instructions.

#if __cplusplus < 202002L
#error "rondo: C++ before 2020: the library is written in C++20; use -std=c++20"
#endif
#ifndef __cpp_exceptions
#error "rondo: -fno-exceptions: the library reports wrong input by exceptions; use -fexceptions"
#endif

/// @cond
// Expands to text if the macro is predefined as 1, else to nothing.
#define RONDO_ISA_IF(macro, text) RONDO_ISA_IF_VALUE(macro, text)
#define RONDO_ISA_IF_VALUE(value, text) RONDO_ISA_SECOND(RONDO_ISA_COMMA_##value text, , )
#define RONDO_ISA_SECOND(...) RONDO_ISA_SECOND_OF(__VA_ARGS__)
#define RONDO_ISA_SECOND_OF(first, second, ...) second
#define RONDO_ISA_COMMA_1 ,

// Joins eight words, any of which may be empty, into one.
#define RONDO_ISA_JOIN(a, b, c, d, e, f, g, h) RONDO_ISA_JOIN_VALUES(a, b, c, d, e, f, g, h)
#define RONDO_ISA_JOIN_VALUES(a, b, c, d, e, f, g, h) a##b##c##d##e##f##g##h

// The extensions that a unit has of a level that it does not have completely.
#define RONDO_ISA_OF_V2                                                                  \
    RONDO_ISA_JOIN(RONDO_ISA_IF(__SSE3__, _sse3), RONDO_ISA_IF(__SSSE3__, _ssse3),       \
                   RONDO_ISA_IF(__SSE4_1__, _sse4_1), RONDO_ISA_IF(__SSE4_2__, _sse4_2), \
                   RONDO_ISA_IF(__POPCNT__, _popcnt), , , )
#define RONDO_ISA_OF_V3                                                                                     \
    RONDO_ISA_JOIN(RONDO_ISA_IF(__AVX__, _avx), RONDO_ISA_IF(__AVX2__, _avx2), RONDO_ISA_IF(__BMI__, _bmi), \
                   RONDO_ISA_IF(__BMI2__, _bmi2), RONDO_ISA_IF(__F16C__, _f16c),                            \
                   RONDO_ISA_IF(__FMA__, _fma), RONDO_ISA_IF(__LZCNT__, _lzcnt),                            \
                   RONDO_ISA_IF(__MOVBE__, _movbe))
#define RONDO_ISA_OF_V4                                                                  \
    RONDO_ISA_JOIN(RONDO_ISA_IF(__AVX512F__, _avx512f), RONDO_ISA_IF(__AVX512BW__, _bw), \
                   RONDO_ISA_IF(__AVX512CD__, _cd), RONDO_ISA_IF(__AVX512DQ__, _dq),     \
                   RONDO_ISA_IF(__AVX512VL__, _vl), , , )

// Extensions that belong to no level. Ice Lake's have one name if the unit has them all.
#if defined(__AVX512IFMA__) && defined(__AVX512VBMI__) && defined(__AVX512VBMI2__) &&       \
    defined(__AVX512VNNI__) && defined(__AVX512BITALG__) && defined(__AVX512VPOPCNTDQ__) && \
    defined(__GFNI__)
#define RONDO_ISA_OF_ICELAKE _icl
#else
#define RONDO_ISA_OF_ICELAKE                                                                               \
    RONDO_ISA_JOIN(RONDO_ISA_IF(__AVX512IFMA__, _ifma), RONDO_ISA_IF(__AVX512VBMI__, _vbmi),               \
                   RONDO_ISA_IF(__AVX512VBMI2__, _vbmi2), RONDO_ISA_IF(__AVX512VNNI__, _vnni),             \
                   RONDO_ISA_IF(__AVX512BITALG__, _bitalg), RONDO_ISA_IF(__AVX512VPOPCNTDQ__, _vpopcntdq), \
                   RONDO_ISA_IF(__GFNI__, _gfni), )
#endif
// Sapphire Rapids' extensions beyond those of Ice Lake also have one name.
#if defined(__AVX512BF16__) && defined(__AVX512FP16__) && defined(__AVXVNNI__)
#define RONDO_ISA_OF_SPR _spr
#else
#define RONDO_ISA_OF_SPR                                                                     \
    RONDO_ISA_JOIN(RONDO_ISA_IF(__AVX512BF16__, _bf16), RONDO_ISA_IF(__AVX512FP16__, _fp16), \
                   RONDO_ISA_IF(__AVXVNNI__, _avxvnni), , , , , )
#endif
#define RONDO_ISA_OF_X86                                                                        \
    RONDO_ISA_JOIN(RONDO_ISA_OF_ICELAKE, RONDO_ISA_OF_SPR, RONDO_ISA_IF(__AVX10_2__, _avx10_2), \
                   RONDO_ISA_IF(__APX_F__, _apx), RONDO_ISA_IF(__SSE4A__, _sse4a),              \
                   RONDO_ISA_IF(__XOP__, _xop), , )
#define RONDO_ISA_OF_ARM                                                                                  \
    RONDO_ISA_JOIN(RONDO_ISA_IF(__ARM_FEATURE_ATOMICS, _lse), RONDO_ISA_IF(__ARM_FEATURE_RCPC, _rcpc),    \
                   RONDO_ISA_IF(__ARM_FEATURE_FP16_VECTOR_ARITHMETIC, _fp16),                             \
                   RONDO_ISA_IF(__ARM_FEATURE_DOTPROD, _dotprod),                                         \
                   RONDO_ISA_IF(__ARM_FEATURE_COMPLEX, _complex),                                         \
                   RONDO_ISA_IF(__ARM_FEATURE_MATMUL_INT8, _i8mm), RONDO_ISA_IF(__ARM_FEATURE_SVE, _sve), \
                   RONDO_ISA_IF(__ARM_FEATURE_SVE2, 2))

// The length of SVE's vectors, if the unit fixes it: xsimd makes registers of this length.
#if defined(__ARM_FEATURE_SVE_BITS) && __ARM_FEATURE_SVE_BITS > 0
#define RONDO_ISA_OF_SVE RONDO_ISA_JOIN(_, __ARM_FEATURE_SVE_BITS, bit, , , , , )
#else
#define RONDO_ISA_OF_SVE
#endif

// Compilers differ in what they contract and in the layout of a lambda's captures.
#define RONDO_ISA_OF_COMPILER RONDO_ISA_IF(__clang__, _clang)
/// @endcond

/// The name of the instruction set, for `namespace rondo::inline RONDO_ISA`.
#if defined(__aarch64__)
#define RONDO_ISA \
    RONDO_ISA_JOIN(isa_arm, __ARM_ARCH, RONDO_ISA_OF_ARM, RONDO_ISA_OF_SVE, RONDO_ISA_OF_COMPILER, , , )
#elif !defined(__x86_64__)
#define RONDO_ISA RONDO_ISA_JOIN(isa_other, RONDO_ISA_OF_COMPILER, , , , , , )
#elif !(defined(__SSE3__) && defined(__SSSE3__) && defined(__SSE4_2__) && defined(__POPCNT__))
#define RONDO_ISA                                                                               \
    RONDO_ISA_JOIN(isa_v1, RONDO_ISA_OF_V2, RONDO_ISA_OF_V3, RONDO_ISA_OF_V4, RONDO_ISA_OF_X86, \
                   RONDO_ISA_OF_COMPILER, , )
#elif !(defined(__AVX2__) && defined(__BMI__) && defined(__BMI2__) && defined(__F16C__) && \
        defined(__FMA__) && defined(__LZCNT__) && defined(__MOVBE__))
#define RONDO_ISA \
    RONDO_ISA_JOIN(isa_v2, RONDO_ISA_OF_V3, RONDO_ISA_OF_V4, RONDO_ISA_OF_X86, RONDO_ISA_OF_COMPILER, , , )
#elif !(defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512CD__) && defined(__AVX512DQ__) && \
        defined(__AVX512VL__))
#define RONDO_ISA RONDO_ISA_JOIN(isa_v3, RONDO_ISA_OF_V4, RONDO_ISA_OF_X86, RONDO_ISA_OF_COMPILER, , , , )
#else
#define RONDO_ISA RONDO_ISA_JOIN(isa_v4, RONDO_ISA_OF_X86, RONDO_ISA_OF_COMPILER, , , , , )
#endif

#ifdef __OPTIMIZE__
/// Inlines a function or a lambda whatever the compiler's cost model says, in a program that is compiled with
/// optimisation. Kernels are written as folds of small functions over registers; one call in between would
/// spill them all. Without optimisation nothing is in registers, and inlining would only take time to
/// compile.
#define RONDO_INLINE inline __attribute__((always_inline))
/// Inlines a lambda in the same way; written after its parameters.
#define RONDO_INLINE_LAMBDA __attribute__((always_inline))
#else
#define RONDO_INLINE inline
#define RONDO_INLINE_LAMBDA
#endif

/// Lists the members of a cell inside its struct: parameters, and cells in it.
///
/// @code
/// struct elman {
///     weight<hidden, input> W;
///     weight<hidden, hidden> U;
///     bias<hidden> b;
///     RONDO_MEMBERS(W, U, b);
///
///     constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{tanh(W * x + U * h + b)}; }
/// };
/// @endcode
#define RONDO_MEMBERS(...)                                                                                 \
    constexpr auto rondo_members() { return ::rondo::lang_internal::refer_to_members(__VA_ARGS__); }       \
    constexpr auto rondo_members() const { return ::rondo::lang_internal::refer_to_members(__VA_ARGS__); } \
    static constexpr char const* rondo_member_names() { return #__VA_ARGS__; }                             \
    static_assert(true)
