#pragma once
/// @file
/// Initial values of parameters.
///
/// Each function sets every parameter of a cell, in the order in which the cell lists them, from one seed. A
/// parameter with a first_value() is set to that and takes no random numbers. Constants are left alone.
/// A seed gives the same numbers on every platform; those in float are those in double, rounded. Other
/// special values are set afterwards, by name. This LSTM starts with open forget gates, so that its memory
/// lasts from the first step on (Gers, Schmidhuber and Cummins 2000; Jozefowicz, Zaremba and Sutskever 2015):
///
/// @code
/// model<lstm<>> m{input{28}, hidden{128}};
/// initialize_orthogonal(m.parameters(), 42);
/// m["f.b"_s].fill(1);
/// @endcode

#include <rondo/kernel/simd.hpp>
#include <rondo/model/parameters.hpp>
#include <rondo/model/random_numbers.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Sets parameters to the first values that the cell gives them, and calls @p f with the index of every other
/// one that is not a constant.
template <class Cell, class T, class F>
void initialize_each(parameters<Cell, T>& p, F&& f)
{
    for (std::size_t i = 0; i < p.count; ++i) {
        if (p.info(i).is_constant) {
            continue;
        }
        if (p.info(i).has_first_value()) {
            std::ranges::fill(p.entries(i), static_cast<T>(p.info(i).first));
        } else {
            f(i);
        }
    }
}

/// Whether one of the cell's states has a dimension.
template <class Cell>
bool is_along_a_state(dimension_id d)
{
    auto const& states = compiled<Cell>::shapes.states;
    return std::any_of(states.begin(), states.end(), [d](extents s) { return s.has(d); });
}

/// Whether @p columns is the dimension @p rows, or the one that stands for it in a weight that has it twice.
template <class Cell>
bool is_dimension_again(dimension_id columns, dimension_id rows)
{
    auto const& rule = compiled<Cell>::shapes.sizes[columns];
    return columns == rows || (!rule.is_bound && !rule.is_joined() && rule.first == rows);
}

/// The last two extents of a weight of at least two dimensions, for each index of the first of three a
/// matrix of rows and columns; of a vector its entries and 1, and of a bias the last extent and 1.
struct matrix_extents {
    std::size_t rows = 1;         ///< one before the last; of a vector or a bias, the last
    std::size_t columns = 1;      ///< the last
    bool is_matrix = false;       ///< whether there are columns
    dimension_id of_rows = unit;  ///< the dimension of the rows

    /// Those of parameter @p i.
    template <class Cell, class T>
    matrix_extents(parameters<Cell, T> const& p, std::size_t i)
    {
        auto const shape = p.shape(i);
        is_matrix = shape.size() > 1 && !p.info(i).is_bias;
        if (is_matrix) {
            rows = shape[shape.size() - 2];
            columns = shape.back();
            of_rows = p.info(i).shape.dims[shape.size() - 2];
        } else if (!shape.empty()) {
            rows = shape.back();
            of_rows = p.info(i).shape.last();
        }
    }
};

/// Draws each entry from [-@p limit, @p limit).
template <class T>
void fill_uniform(std::span<T> entries, double limit, random_numbers& random)
{
    for (T& entry : entries) {
        entry = static_cast<T>(random.uniform(limit));
    }
}

/// Sets one parameter for initialize_uniform().
template <class Cell, class T>
void fill_by_fan(parameters<Cell, T>& p, std::size_t i, random_numbers& random)
{
    matrix_extents const m(p, i);
    bool const is_read_out = m.is_matrix && !is_along_a_state<Cell>(m.of_rows);
    std::size_t const n = is_read_out ? m.columns : m.rows;
    fill_uniform(p.entries(i), 1 / std::sqrt(static_cast<double>(n)), random);
}

/// Sets one parameter for initialize_glorot().
template <class Cell, class T>
void fill_glorot(parameters<Cell, T>& p, std::size_t i, random_numbers& random)
{
    if (matrix_extents const m(p, i); m.is_matrix) {
        double const both = static_cast<double>(m.rows + m.columns);
        fill_uniform(p.entries(i), std::sqrt(6 / both), random);
    } else if (p.info(i).is_bias) {
        std::ranges::fill(p.entries(i), T(0));
    } else {
        fill_by_fan(p, i, random);
    }
}

/// Subtracts a multiple: y := y - factor x.
inline void subtract_multiple(double* y, double const* x, double factor, std::size_t n)
{
    std::size_t j = 0;
    for (; j + simd<double>::size <= n; j += simd<double>::size) {
        auto const rest =
            simd<double>::load_unaligned(y + j) - simd<double>(factor) * simd<double>::load_unaligned(x + j);
        rest.store_unaligned(y + j);
    }
    for (; j < n; ++j) {
        y[j] -= factor * x[j];
    }
}

/// The inner product of two vectors of @p n entries.
inline double inner_product(double const* x, double const* y, std::size_t n)
{
    simd<double> lanes(0.0);
    std::size_t j = 0;
    for (; j + simd<double>::size <= n; j += simd<double>::size) {
        lanes += simd<double>::load_unaligned(x + j) * simd<double>::load_unaligned(y + j);
    }
    double sum = sum_lanes(lanes);
    for (; j < n; ++j) {
        sum += x[j] * y[j];
    }
    return sum;
}

/// Makes the rows of a square matrix orthonormal by Gram and Schmidt's method. Each row is projected twice,
/// which is enough for rows that are orthogonal to rounding (Giraud, Langou and Rozložník 2005). It costs 4
/// n³ operations.
inline void orthonormalize(double* rows, std::size_t n)
{
    for (double* row = rows; row != rows + n * n; row += n) {
        for (int pass = 0; pass < 2; ++pass) {
            for (double const* earlier = rows; earlier != row; earlier += n) {
                subtract_multiple(row, earlier, inner_product(row, earlier, n), n);
            }
        }
        double const norm = std::sqrt(inner_product(row, row, n));
        std::transform(row, row + n, row, [norm](double x) { return x / norm; });
    }
}

/// Draws a rotation or reflection, all equally likely: the triangular factor of Gram and Schmidt's method has
/// a positive diagonal (Mezzadri 2007).
template <class T>
void fill_orthogonal(std::span<T> entries, std::size_t n, random_numbers& random)
{
    aligned_vector<double> rows(n * n);
    std::generate(rows.begin(), rows.end(), [&random] { return random.normal(); });
    orthonormalize(rows.data(), n);
    std::transform(rows.begin(), rows.end(), entries.begin(), [](double x) { return static_cast<T>(x); });
}

}  // namespace rondo::inline RONDO_ISA::exec_internal

namespace rondo::inline RONDO_ISA {

/// Draws every entry, biases included, from the uniform distribution between -1/√n and 1/√n.
///
/// For a parameter whose rows have a dimension of a state (all gates of a recurrent cell) n is the number
/// of rows, as in PyTorch's `nn.LSTM`, `nn.GRU` and `nn.RNN`. For other matrices (a read-out) n is the number
/// of columns, as in `nn.Linear`. Rows and columns of a parameter of three dimensions are the last two, for
/// each index of the first: the heads of a block-diagonal weight are weights of their own. For other vectors
/// and for numbers n is their own size, as the fan-in that PyTorch would take is not known.
/// @param[out] p the parameters of a model, every entry of which is set, except constants.
/// @param seed of the random numbers.
template <class Cell, class T>
void initialize_uniform(parameters<Cell, T>& p, std::uint64_t seed)
{
    random_numbers random(seed);
    exec_internal::initialize_each(p, [&](std::size_t i) { exec_internal::fill_by_fan(p, i, random); });
}

/// Draws matrices from the uniform distribution between ±√(6 / (rows + columns)), so that values keep
/// their variance forwards and gradients theirs backwards (Glorot and Bengio 2010). Of three dimensions, the
/// last two are rows and columns. Sets biases to zero, and
/// other vectors and numbers as initialize_uniform() does.
/// @param[out] p the parameters of a model, every entry of which is set, except constants.
/// @param seed of the random numbers.
template <class Cell, class T>
void initialize_glorot(parameters<Cell, T>& p, std::uint64_t seed)
{
    random_numbers random(seed);
    exec_internal::initialize_each(p, [&](std::size_t i) { exec_internal::fill_glorot(p, i, random); });
}

/// Sets the square matrices from a state to the same state to random orthogonal matrices, which keep the
/// length of every vector however often they are applied (Saxe, McClelland and Ganguli 2014). Of three
/// dimensions, the last two are such a matrix for each index of the first. Sets everything else as
/// initialize_glorot() does. A matrix of n rows takes 4 n³ operations.
/// @param[out] p the parameters of a model, every entry of which is set, except constants.
/// @param seed of the random numbers.
template <class Cell, class T>
void initialize_orthogonal(parameters<Cell, T>& p, std::uint64_t seed)
{
    random_numbers random(seed);
    exec_internal::initialize_each(p, [&](std::size_t i) {
        exec_internal::matrix_extents const m(p, i);
        if (m.is_matrix && exec_internal::is_dimension_again<Cell>(p.info(i).shape.last(), m.of_rows) &&
            exec_internal::is_along_a_state<Cell>(m.of_rows)) {
            auto const all = p.entries(i);
            for (std::size_t first = 0; first < all.size(); first += m.rows * m.rows) {
                exec_internal::fill_orthogonal(all.subspan(first, m.rows * m.rows), m.rows, random);
            }
        } else {
            exec_internal::fill_glorot(p, i, random);
        }
    });
}

}  // namespace rondo::inline RONDO_ISA
