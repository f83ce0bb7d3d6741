#pragma once
/// @file
/// A decoder that attends to the annotations of its encoder: Bahdanau, Cho and Bengio, "Neural Machine
/// Translation by Jointly Learning to Align and Translate", arXiv 1409.0473, section 3.1, with an Elman cell
/// in place of the gated one.

#include <rondo/lang/cell.hpp>

#include <limits>

namespace rondo::papers {

/// The steps of the source sequence.
struct source : dimension {
    using dimension::dimension;
};
/// The entries of the annotation of a source step.
struct annotation : dimension {
    using dimension::dimension;
};
/// The hidden layer of the alignment model.
struct alignment : dimension {
    using dimension::dimension;
};

/// The memory has a row for each step of the source. Sources of different lengths are padded; the mask is 1
/// for their steps and 0 for the padding, which gets the weight 0.
struct attention_decoder {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    weight<hidden, annotation> C;
    bias<hidden> b;
    weight<alignment, hidden> W_a;
    weight<alignment, annotation> U_a;
    weight<alignment> v_a;
    RONDO_MEMBERS(W, U, C, b, W_a, U_a, v_a);

    struct given {
        vec<input> x;
        per_sequence<mat<source, annotation>> memory;
        per_sequence<vec<source>> mask;
        RONDO_MEMBERS(x, memory, mask);
    };
    constexpr auto operator()(given in, vec<hidden> h) const
    {
        auto keys = U_a * transpose(in.memory);  // once for each sequence
        auto score = sum<alignment>(v_a * tanh(W_a * h + keys));
        auto weights = softmax(where(in.mask > 0.5, score, -std::numeric_limits<double>::infinity()));
        auto context = transpose(in.memory) * weights;
        auto h_next = tanh(W * in.x + U * h + C * context + b);
        return next{h_next}.outputs("state"_s = h_next, "weight"_s = weights);
    }
};

}  // namespace rondo::papers
