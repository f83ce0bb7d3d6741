#pragma once
/// @file
/// The parts of oneDNN that both peers use: an engine, and memory filled with numbers.

#include "tensors.hpp"

#include <dnnl.hpp>

#include <algorithm>

extern "C" void omp_set_num_threads(int);  // of the OpenMP library that oneDNN uses

namespace rondo::bench {

using layout = dnnl::memory::desc;
using tag = dnnl::memory::format_tag;

inline dnnl::engine& cpu()
{
    static dnnl::engine it(dnnl::engine::kind::cpu, 0);
    return it;
}
inline dnnl::stream& line()
{
    static dnnl::stream it(cpu());
    return it;
}

/// A tensor of floats.
inline layout layout_of(dnnl::memory::dims const& extents, tag order)
{
    return {extents, dnnl::memory::data_type::f32, order};
}

inline float* data(dnnl::memory const& m) { return static_cast<float*>(m.get_data_handle()); }
inline void fill_zero(dnnl::memory const& m)
{
    std::fill_n(data(m), m.get_desc().get_size() / sizeof(float), 0.0F);
}
inline dnnl::memory zeros(layout const& l)
{
    dnnl::memory m(l, cpu());
    fill_zero(m);
    return m;
}
/// Numbers in memory that oneDNN owns.
inline dnnl::memory filled(layout const& l, numbers const& values)
{
    dnnl::memory m(l, cpu());
    std::ranges::copy(values, data(m));
    return m;
}
/// Reorders memory to another format; returns it unchanged if the formats are equal.
inline dnnl::memory reordered(dnnl::memory const& from, layout const& wanted)
{
    if (from.get_desc() == wanted) {
        return from;
    }
    dnnl::memory to(wanted, cpu());
    dnnl::memory source = from;
    dnnl::reorder(source, to).execute(line(), source, to);
    line().wait();
    return to;
}

}  // namespace rondo::bench
