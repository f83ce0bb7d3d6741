#include <rondo/stack/dropout_mask.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

using namespace rondo;
using namespace rondo::stack_internal;

namespace {

constexpr std::ptrdiff_t features = 1000;

/// One row: one for a kept entry, zero for a dropped one.
std::vector<int> row(dropout_mask const& mask, std::ptrdiff_t t, std::ptrdiff_t b)
{
    std::vector<double> const ones(features, 1.0);
    std::vector<double> masked(features);
    mask.apply(t, b, ones.data(), masked.data(), features);
    return {masked.begin(), masked.end()};  // rounded down: 1 as long as the scale is below 2
}

/// The correlation of entries of two lists of zeros and ones of mean @p mean, in deviations of what
/// independent ones have.
double correlation(std::vector<int> const& a, std::vector<int> const& b, double mean, std::size_t shift = 0)
{
    double sum = 0;
    std::size_t const n = a.size() - shift;
    for (std::size_t i = 0; i < n; ++i) {
        sum += (a[i] - mean) * (b[i + shift] - mean);
    }
    return sum / (mean * (1 - mean)) / std::sqrt(static_cast<double>(n));
}

std::vector<int> rows(dropout_mask const& mask, std::ptrdiff_t steps, std::ptrdiff_t batch)
{
    std::vector<int> all;
    for (std::ptrdiff_t t = 0; t < steps; ++t) {
        for (std::ptrdiff_t b = 0; b < batch; ++b) {
            auto const one = row(mask, t, b);
            all.insert(all.end(), one.begin(), one.end());
        }
    }
    return all;
}

}  // namespace

TEST_CASE("dropout_mask: drops at its rate, overall and in each feature and row")
{
    for (double const rate : {0.01, 0.1, 0.3, 0.45}) {
        CAPTURE(rate);
        dropout_mask const mask(rate, 1, 0, mask_scope::step);
        CHECK(mask.scale() == doctest::Approx(1 / (1 - rate)).epsilon(1e-9));
        std::vector<double> by_feature(features);
        double kept = 0;
        for (std::ptrdiff_t t = 0; t < 1000; ++t) {
            auto const one = row(mask, t, 3);
            double sum = 0;
            for (std::size_t i = 0; i < one.size(); ++i) {
                by_feature[i] += one[i];
                sum += one[i];
            }
            double const deviation = std::sqrt(rate * (1 - rate) * features);
            CHECK(std::abs(sum - (1 - rate) * features) < 5 * deviation);
            kept += sum;
        }
        CHECK(std::abs(kept / 1e6 - (1 - rate)) < 4 * std::sqrt(rate * (1 - rate) / 1e6));
        double square = 0;  // the sum of squares of 1000 features has a mean of 1000 and a deviation of 45
        for (double const n : by_feature) {
            double const off = (n - (1 - rate) * 1000) / std::sqrt(rate * (1 - rate) * 1000);
            square += off * off;
        }
        CHECK(std::abs(square - 1000) < 4 * 45);
    }
}

TEST_CASE("dropout_mask: neighbours, steps, sequences, draws and seeds are independent")
{
    double const rate = 0.4;
    std::ptrdiff_t const steps = 20;
    std::ptrdiff_t const batch = 5;
    auto const all = rows({rate, 1, 0, mask_scope::step}, steps, batch);
    for (std::size_t const shift : {1U, 2U, 4U, 8U, 16U, 1000U, 5000U}) {  // features, sequences, steps
        CAPTURE(shift);
        CHECK(std::abs(correlation(all, all, 1 - rate, shift)) < 4);
    }
    for (std::uint64_t const other : {1ULL, 2ULL, 3ULL, 1ULL << 32, 1ULL << 63}) {
        CAPTURE(other);
        CHECK(std::abs(correlation(all, rows({rate, 1, other, mask_scope::step}, steps, batch), 1 - rate)) <
              4);
        CHECK(std::abs(correlation(all, rows({rate, 1 + other, 0, mask_scope::step}, steps, batch),
                                   1 - rate)) < 4);
        CHECK(std::abs(correlation(rows({rate, 1, other, mask_scope::step}, steps, batch),
                                   rows({rate, 1 + other, 0, mask_scope::step}, steps, batch), 1 - rate)) <
              4);
        // None is a part of another.
        CHECK(std::abs(
                  correlation(all, rows({rate, 1, other, mask_scope::step}, steps, batch), 1 - rate, 1)) < 4);
    }
}

TEST_CASE("dropout_mask: extreme rates, and scales that preserve the mean")
{
    dropout_mask const none(0, 1, 0, mask_scope::step);
    CHECK(none.scale() == 1);
    CHECK(row(none, 0, 0) == std::vector<int>(features, 1));
    dropout_mask const half(0.5, 1, 0, mask_scope::step);
    CHECK(half.scale() == 2);
    dropout_mask const most(std::nextafter(1.0, 0.0), 1, 0, mask_scope::step);
    CHECK(most.scale() == 0x1p32);  // rounded down to a multiple of 2^-32; the mean is still preserved
}

TEST_CASE("dropout_mask: does not depend on the machine")
{
    std::vector<int> const first(row({0.25, 7, 3, mask_scope::step}, 2, 1));
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 64; ++i) {
        bits |= static_cast<std::uint64_t>(first[i]) << i;
    }
    CHECK(bits == 0x4fdcfff6fe3c77ffU);  // computed by another program
}
