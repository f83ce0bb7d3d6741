#include "unit/lanes.hpp"

#include <rondo/cell/lstm.hpp>
#include <rondo/kernel/cache_policy.hpp>

#include <doctest/doctest.h>

#include <cstddef>

namespace cache_policy_test {

using namespace rondo;
using namespace rondo::check_internal;
using test::counting;
using test::lanes;

namespace {

using exe = forward_exe<lstm<>>;

/// Whether any array of a kind may be written by non-temporal stores.
template <class Exe>
constexpr bool any_streams(storage kind)
{
    bool any = false;
    static_for<Exe::schedule.arrays.size()>([&]<std::size_t A>() {
        any = any || (Exe::schedule.arrays[A].kind == kind &&
                      cache_policy::may_stream<Exe, static_cast<array_id>(A)>);
    });
    return any;
}

}  // namespace

TEST_CASE("cache_policy: saved values exceed the caches where they and the weights are both large")
{
    constexpr std::size_t weights = blocking::l2_weight_bytes;
    constexpr std::size_t saved = blocking::streaming_bytes;
    CHECK_FALSE(cache_policy().saved_values_exceed_cache());
    CHECK(cache_policy(weights, saved).saved_values_exceed_cache());
    CHECK_FALSE(cache_policy(weights - 1, saved).saved_values_exceed_cache());
    CHECK_FALSE(cache_policy(weights, saved - 1).saved_values_exceed_cache());
}

TEST_CASE("cache_policy: only saved values are written by non-temporal stores")
{
    CHECK(any_streams<exe>(storage::saved) == has_streaming_stores);
    for (storage const kind : {storage::carried_out, storage::span, storage::step, storage::output}) {
        CHECK_FALSE(any_streams<exe>(kind));
    }
}

TEST_CASE("cache_policy: prefetches stores outside of loops, and in loops whose lines are evicted")
{
    using products_before_loop = stage_exe<exe, 0>;
    static_assert(!products_before_loop::what.where.is_loop);
    using loop = stage_exe<exe, exe::schedule.stages.size() - 1>;
    static_assert(loop::what.where.is_loop);
    cache_policy const far(blocking::l2_weight_bytes, blocking::streaming_bytes);
    CHECK(cache_policy().prefetches_stores<products_before_loop>());
    CHECK_FALSE(cache_policy().prefetches_stores<loop>());
    CHECK(far.prefetches_stores<loop>());
}

TEST_CASE_TEMPLATE("cache_policy: every kind of store writes the vector and nothing else", T, float, double)
{
    lanes<T> const from = counting<T>();
    auto const v = simd<T>::load_unaligned(from.data());
    auto const check = [&](auto store) {
        aligned_vector<T> to(3 * simd<T>::size, T(-7));
        store(to.data() + simd<T>::size);
        store_fence();
        for (std::size_t i = 0; i < to.size(); ++i) {
            bool const inside = i / simd<T>::size == 1;
            CHECK(to[i] == (inside ? from[i % simd<T>::size] : T(-7)));
        }
    };
    check([&](T* to) { stream_store(v, to); });
    cache_policy const near;
    cache_policy const far(blocking::l2_weight_bytes, blocking::streaming_bytes);
    static_for<exe::schedule.arrays.size()>([&]<std::size_t A>() {
        check([&](T* to) { near.store<exe, static_cast<array_id>(A)>(v, to); });
        check([&](T* to) {
            far.store<exe, static_cast<array_id>(A)>(v, to);
            far.finish_stores();
        });
    });
}

}  // namespace cache_policy_test
