#pragma once
/// @file
/// A scope in which subnormal numbers count as zero.

#include <rondo/namespaces.hpp>

#include <cstdint>

namespace rondo::inline RONDO_ISA {

/// While an object of this type lives, the thread that made it computes with zeros instead of subnormal
/// ("denormal") numbers, operands and results. Arithmetic with these numbers, below 1.2e-38 in float
/// and 2.2e-308 in double, takes many times as long on most processors. Runs and optimisers work in such a
/// scope of their own, on all threads of their pool; a stream computes in the mode of the thread that calls
/// it.
///
/// It sets FTZ and DAZ on x86-64 and FZ on 64-bit ARM, and does nothing elsewhere. The destructor restores
/// the mode of the thread; objects must end in the reverse order of their beginning, as local variables do.
///
/// @code
/// flush_denormals const scope;  // until the end of the block
/// live.step(x);
/// @endcode
class flush_denormals {
   public:
    /// Sets the mode and keeps the old one.
    flush_denormals() noexcept : before_(control() & mode) { set(mode); }
    flush_denormals(flush_denormals const&) = delete;
    flush_denormals& operator=(flush_denormals const&) = delete;
    /// Restores the mode.
    ~flush_denormals() { set(before_); }

    /// Whether the calling thread computes so, because of an object or for other reasons.
    [[nodiscard]] static bool is_on() noexcept { return mode != 0 && (control() & mode) == mode; }

   private:
    // The empty assembly keeps loads and stores, and what is computed between them, on their side.
#if defined(__SSE2__)
    using word = unsigned;
    static constexpr word mode = 0x8040;  // flush to zero, denormals are zero
    static word control() noexcept { return __builtin_ia32_stmxcsr(); }
    static void set_control(word w) noexcept
    {
        asm volatile("" ::: "memory");
        __builtin_ia32_ldmxcsr(w);
        asm volatile("" ::: "memory");
    }
#elif defined(__aarch64__)
    using word = std::uint64_t;
    static constexpr word mode = word{1} << 24;
    static word control() noexcept
    {
        word w = 0;
        asm volatile("mrs %0, fpcr" : "=r"(w));
        return w;
    }
    static void set_control(word w) noexcept { asm volatile("msr fpcr, %0" ::"r"(w) : "memory"); }
#else
    using word = unsigned;
    static constexpr word mode = 0;
    static word control() noexcept { return 0; }
    static void set_control(word) noexcept {}
#endif

    /// Sets the bits of the mode. The other bits and flags stay.
    static void set(word bits) noexcept { set_control((control() & ~mode) | bits); }

    word before_;
};

}  // namespace rondo::inline RONDO_ISA
