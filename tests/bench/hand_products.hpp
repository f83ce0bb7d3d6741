#pragma once
/// @file
/// The matrix products of the hand-written peer.

#include "onednn_memory.hpp"

#include <rondo/kernel/simd.hpp>

#include <algorithm>
#include <cstddef>
#include <unordered_map>

namespace rondo::bench {

using namespace exec_internal;

/// out = left · right, of @p rows × @p inner and @p inner × @p columns, all row by row.
struct product_sizes {
    long rows, inner, columns;
};

/// Variants of a product.
struct product_options {
    bool left_transposed = false;
    bool right_transposed = false;
    bool adds = false;  ///< out += …
};

/// A product by oneDNN's matmul. Its right side is packed once in oneDNN's preferred layout, or, without
/// @p weights, passed with each call in plain layout.
class matmul_product {
   public:
    matmul_product(product_sizes n, product_options o, float const* weights)
    {
        layout const left = layout_of({n.rows, n.inner}, o.left_transposed ? tag::ba : tag::ab);
        layout const plain = layout_of({n.inner, n.columns}, o.right_transposed ? tag::ba : tag::ab);
        layout const right = weights == nullptr ? plain : layout_of({n.inner, n.columns}, tag::any);
        layout const out = layout_of({n.rows, n.columns}, tag::ab);
        dnnl::primitive_attr attributes;
        if (o.adds) {
            dnnl::post_ops sum;
            sum.append_sum(1.0F);
            attributes.set_post_ops(sum);
        }
        dnnl::matmul::primitive_desc const made(dnnl::matmul::desc(left, right, out), attributes, cpu());
        step_ = dnnl::matmul(made);
        unpacked_ = dnnl::memory(plain, cpu(), const_cast<float*>(weights));  // only read
        arguments_ = {
            {DNNL_ARG_SRC, dnnl::memory(left, cpu(), nullptr)},
            {DNNL_ARG_WEIGHTS, weights == nullptr ? unpacked_ : reordered(unpacked_, made.weights_desc())},
            {DNNL_ARG_DST, dnnl::memory(out, cpu(), nullptr)}};
    }

    /// Multiplies by the packed right side.
    void operator()(float const* left, float* out)
    {
        arguments_.at(DNNL_ARG_SRC).set_data_handle(const_cast<float*>(left));  // only read
        arguments_.at(DNNL_ARG_DST).set_data_handle(out);
        step_.execute(line(), arguments_);
    }
    /// Multiplies by the given right side.
    void operator()(float const* left, float const* right, float* out)
    {
        arguments_.at(DNNL_ARG_WEIGHTS).set_data_handle(const_cast<float*>(right));  // only read
        (*this)(left, out);
    }
    /// Packs the weights again after they have changed.
    void repack()
    {
        dnnl::memory& packed = arguments_.at(DNNL_ARG_WEIGHTS);
        if (packed.get_desc() != unpacked_.get_desc()) {
            dnnl::reorder(unpacked_, packed).execute(line(), unpacked_, packed);
        }
    }

   private:
    dnnl::primitive step_;
    dnnl::memory unpacked_;
    std::unordered_map<int, dnnl::memory> arguments_;
};

/// A product with one row by loops: faster than the call of a library where matrices are small.
class row_product {
   public:
    row_product(product_sizes n, product_options o, float const* weights)
        : sizes_(n), options_(o), weights_(weights)
    {
        repack();
    }

    void operator()(float const* left, float* out)
    {
        float* const __restrict to = out;
        if (!options_.adds) {
            std::fill_n(to, sizes_.columns, 0.0F);
        }
        float const* w = packed_.empty() ? weights_ : packed_.data();
        long const n = sizes_.columns;
        long k = 0;
        for (; k + 4 <= sizes_.inner; k += 4, w += 4 * n) {
            float const a = left[k];
            float const b = left[k + 1];
            float const c = left[k + 2];
            float const d = left[k + 3];
            for (long j = 0; j < n; ++j) {
                to[j] += a * w[j] + b * w[n + j] + c * w[2 * n + j] + d * w[3 * n + j];
            }
        }
        for (; k < sizes_.inner; ++k, w += n) {
            for (long j = 0; j < n; ++j) {
                to[j] += left[k] * w[j];
            }
        }
    }
    void repack()
    {
        if (!options_.right_transposed) {
            return;
        }
        packed_.resize(static_cast<std::size_t>(sizes_.inner * sizes_.columns));
        for (long k = 0; k < sizes_.inner; ++k) {
            for (long j = 0; j < sizes_.columns; ++j) {
                packed_[static_cast<std::size_t>(k * sizes_.columns + j)] = weights_[j * sizes_.inner + k];
            }
        }
    }

   private:
    product_sizes sizes_;
    product_options options_;
    float const* weights_;
    aligned_vector<float> packed_;
};

}  // namespace rondo::bench
