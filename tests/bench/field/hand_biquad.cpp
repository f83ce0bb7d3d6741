#include "biquad.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

namespace rondo::bench {
namespace {

/// A filter as an engineer would write it for many channels.
class hand_filter final : public local_contestant {
   public:
    explicit hand_filter(biquad_problem const& p) : local_contestant("hand", ""), problem_(p) {}

    tensors results() override
    {
        once();
        tensors found{{"y", y_}};
        if (problem_.gradient) {
            found["d x"] = dx_;
            found["d b and a"] = coefficients_;
        }
        return found;
    }

   private:
    void once() override
    {
        forward();
        if (problem_.gradient) {
            backward();
        }
    }

    void forward()
    {
        auto const& b = problem_.b;
        auto const& a = problem_.a;
        std::ranges::fill(s1_, 0.0F);
        std::ranges::fill(s2_, 0.0F);
        float* const __restrict s1 = s1_.data();
        float* const __restrict s2 = s2_.data();
        for (std::size_t t = 0; t < problem_.steps; ++t) {
            float const* const __restrict x = problem_.x.data() + t * count_;
            float* const __restrict y = y_.data() + t * count_;
            for (std::size_t c = 0; c < count_; ++c) {
                float const out = b[0] * x[c] + s1[c];
                s1[c] = b[1] * x[c] - a[0] * out + s2[c];
                s2[c] = b[2] * x[c] - a[1] * out;
                y[c] = out;
            }
        }
    }
    /// The adjoint filter runs backwards. Each channel has sums of its own for the coefficients.
    void backward()
    {
        auto const& b = problem_.b;
        auto const& a = problem_.a;
        for (auto* const v : {&s1_, &s2_, &sums_}) {
            std::ranges::fill(*v, 0.0F);
        }
        float* const __restrict g1 = s1_.data();
        float* const __restrict g2 = s2_.data();
        float* const __restrict d = sums_.data();
        for (std::size_t t = problem_.steps; t-- > 0;) {
            float const* const __restrict x = problem_.x.data() + t * count_;
            float const* const __restrict y = y_.data() + t * count_;
            float const* const __restrict dy = problem_.dy.data() + t * count_;
            float* const __restrict dx = dx_.data() + t * count_;
            for (std::size_t c = 0; c < count_; ++c) {
                float const g = dy[c] - a[0] * g1[c] - a[1] * g2[c];
                dx[c] = b[0] * g + b[1] * g1[c] + b[2] * g2[c];
                d[c] += g * x[c];
                d[count_ + c] += g1[c] * x[c];
                d[2 * count_ + c] += g2[c] * x[c];
                d[3 * count_ + c] -= g1[c] * y[c];
                d[4 * count_ + c] -= g2[c] * y[c];
                g2[c] = g1[c];
                g1[c] = g;
            }
        }
        for (std::size_t k = 0; k < coefficients_.size(); ++k) {
            coefficients_[k] = 0;
            for (std::size_t c = 0; c < count_; ++c) {
                coefficients_[k] += d[k * count_ + c];
            }
        }
    }

    biquad_problem const& problem_;
    std::size_t count_ = problem_.channels;
    numbers s1_ = numbers(count_);
    numbers s2_ = numbers(count_);
    numbers sums_ = numbers(5 * count_);
    numbers coefficients_ = numbers(5);
    numbers y_ = numbers(problem_.steps * count_);
    numbers dx_ = numbers(problem_.steps * count_);
};

}  // namespace

biquad_contestant hand_biquad(biquad_problem const& p) { return std::make_unique<hand_filter>(p); }

}  // namespace rondo::bench
