#pragma once
/// @file
/// The parameters and constants of a cell, or gradients of parameters, in one flat buffer.

#include <rondo/error/input_error.hpp>
#include <rondo/kernel/blocking.hpp>
#include <rondo/lang/names.hpp>
#include <rondo/model/sizes.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/pass/pipeline.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The index of the parameter of a name; the number of parameters if there is none.
template <class Cell>
constexpr std::size_t parameter_index(std::string_view name)
{
    std::size_t i = 0;
    while (i < compiled<Cell>::shapes.parameters.size() &&
           compiled<Cell>::shapes.parameters[i].name.view() != name) {
        ++i;
    }
    return i;
}

/// Whether a cell has a parameter of a name. The message names the cell and spells the name.
template <class Cell, class Name>
struct cell_has_parameter {
    /// The index of the parameter.
    static constexpr std::size_t index = parameter_index<Cell>(Name::view());
    static_assert(index < compiled<Cell>::shapes.parameters.size(),
                  "this cell has no parameter of this name; names are those of the members, dotted "
                  "where cells nest, as in \"f.W\"_s");
    static constexpr bool value = true;
};
template <class Cell, class Name>
    requires(!is_name<Name>)
struct cell_has_parameter<Cell, Name> {
    static_assert(
        is_name<Name>,
        "a parameter is looked up while the program is compiled, by a literal with the suffix _s, as in "
        "m[\"f.W\"_s]; at run time, parameters are numbered: info(i).name and entries(i)");
    static constexpr std::size_t index = 0;  ///< a substitute, so that only one error is reported
    static constexpr bool value = true;      ///< whether the message has been given
};

}  // namespace rondo::inline RONDO_ISA::exec_internal

namespace rondo::inline RONDO_ISA {

/// The parameters of a model and its constants.
///
/// All entries are in one buffer, constants behind the rest. Every parameter starts a cache line, and those
/// of several dimensions are row-major. The few entries between parameters are zero and stay zero under any
/// update that is proportional to parameters and gradients, so the trained parameters can be treated as one
/// vector.
template <class Cell, class T>
class parameters {
   public:
    /// Parameters for @p bound sizes of the cell's dimensions. They have the first values that the cell gives
    /// them; without one, constants are NaN and the others zero.
    /// @throws input_error naming the first parameter that has more entries than memory can have.
    template <class... Fixed>
    explicit parameters(exec_internal::sizes<Cell, Fixed...> const& bound) : parameters(bound, true)
    {
    }
    /// A copy. There is no move, which would leave a model, or the gradients of a run, without parameters.
    parameters(parameters const&) = default;
    ~parameters() = default;
    /// Copies the entries of @p other in place, so that views and spans stay valid.
    /// @throws input_error naming the first parameter whose shapes differ; nothing has changed then.
    parameters& operator=(parameters const& other)
    {
        require_shapes_of(other);
        // Nothing is copied if both are the same object. Gradients have no entries for constants.
        std::copy_n(other.values_.begin(), std::min(other.values_.size(), values_.size()), values_.begin());
        return *this;
    }
    /// Checks that all shapes are those of @p other.
    /// @throws input_error naming the first parameter whose shapes differ.
    void require_shapes_of(parameters const& other) const
    {
        for (std::size_t i = 0; i < count; ++i) {
            if (extents_[i] != other.extents_[i]) {
                exec_internal::reject(name_of(i), shape_text(i), other.shape_text(i));
            }
        }
    }

    /// How many parameters (tensors, not entries) the cell has.
    static constexpr std::size_t count = ir_internal::compiled<Cell>::shapes.parameters.size();
    /// Name, shape and kind of a parameter.
    static constexpr lang_internal::parameter_info const& info(std::size_t i)
    {
        return ir_internal::compiled<Cell>::shapes.parameters[i];
    }

    /// A view of a parameter by name: an xtensor of its extents, such as (rows, columns); of a scalar, a
    /// reference to the number. A name that the cell does not have does not compile.
    /// @throws std::logic_error if this is the gradient of frozen parameters, which is not computed.
    template <class Name>
    decltype(auto) operator[](Name)
    {
        require_entries(checked<Name>);
        return view<checked<Name>>(values_.data());
    }
    template <class Name>
    decltype(auto) operator[](Name) const
    {
        require_entries(checked<Name>);
        return view<checked<Name>>(values_.data());
    }

    /// All entries that are trained as one vector, with zeros between parameters. Constants are not in it.
    std::span<T> flat() noexcept { return {values_.data(), trained_entries()}; }
    std::span<T const> flat() const noexcept { return {values_.data(), trained_entries()}; }
    /// The entries of one parameter, the last dimension innermost. Those of a gradient that is not computed
    /// are none.
    std::span<T> entries(std::size_t i) { return {values_.data() + begin_[i], entries_of(i)}; }
    std::span<T const> entries(std::size_t i) const { return {values_.data() + begin_[i], entries_of(i)}; }
    /// The extents of one parameter: (rows, columns) of a weight, none of a scalar.
    [[nodiscard]] std::span<std::size_t const> shape(std::size_t i) const
    {
        return {extents_[i].data(), static_cast<std::size_t>(info(i).shape.rank())};
    }
    /// The number of entries of all parameters and constants together.
    [[nodiscard]] std::size_t size() const
    {
        std::size_t total = 0;
        for (std::size_t i = 0; i < count; ++i) {
            total += entries_of(i);
        }
        return total;
    }
    /// Sets every entry that is trained.
    void fill(T value)
    {
        for (std::size_t i = 0; i < count; ++i) {
            if (info(i).is_constant) {
                continue;
            }
            auto const e = entries(i);
            std::fill_n(e.data(), e.size(), value);
        }
    }

   protected:
    /// Tensors without entries.
    parameters() = default;
    /// Tensors of zeros; with first values and constants if @p with_constants.
    template <class... Fixed>
    parameters(exec_internal::sizes<Cell, Fixed...> const& bound, bool with_constants)
    {
        std::size_t end = 0;
        for (bool const constants : {false, true}) {
            for (std::size_t i = 0; i < count; ++i) {
                if (info(i).is_constant == constants) {
                    end = append(i, end, bound);
                }
            }
            trained_ = constants ? trained_ : end;
        }
        values_.resize(with_constants ? end : trained_);
        for (std::size_t i = 0; i < count && with_constants; ++i) {
            if (info(i).is_constant || info(i).has_first_value()) {
                std::ranges::fill(entries(i), static_cast<T>(info(i).first));
            }
        }
    }

   private:
    using all_extents = std::array<std::size_t, ir_internal::max_rank>;

    static std::size_t product_of(all_extents const& e) { return e[0] * e[1] * e[2]; }
    /// Places parameter @p i behind @p begin entries. Returns where the next cache line begins.
    template <class Sizes>
    std::size_t append(std::size_t i, std::size_t begin, Sizes const& bound)
    {
        ir_internal::extents const shape = info(i).shape;
        for (std::size_t d = 0; d < shape.dims.size(); ++d) {
            extents_[i][d] = static_cast<std::size_t>(bound[shape.dims[d]]);
        }
        check_extent(i, begin);
        begin_[i] = begin;
        constexpr auto line = static_cast<std::size_t>(kernel_internal::cache_line<T>);
        return begin + (product_of(extents_[i]) + line - 1) / line * line;
    }
    [[nodiscard]] std::size_t trained_entries() const noexcept { return std::min(trained_, values_.size()); }
    [[nodiscard]] std::size_t entries_of(std::size_t i) const
    {
        return begin_[i] < values_.size() ? product_of(extents_[i]) : 0;
    }
    void require_entries(std::size_t i) const
    {
        if (values_.empty()) {
            throw std::logic_error("rondo: the gradient of " + name_of(i) +
                                   " is not computed, because the parameters of the run are frozen (see "
                                   "run_options)");
        }
    }
    /// A parameter in messages: "parameter 'f.W'".
    static std::string name_of(std::size_t i)
    {
        return exec_internal::concat("parameter '", info(i).name.view(), "'");
    }
    [[nodiscard]] std::string shape_text(std::size_t i) const
    {
        std::string text;
        for (std::size_t const extent : shape(i)) {
            text = exec_internal::concat(text, text.empty() ? "" : ", ", extent);
        }
        return exec_internal::concat("shape (", text, ")");
    }
    /// Checks that parameter @p i fits behind @p begin entries.
    void check_extent(std::size_t i, std::size_t begin) const
    {
        constexpr std::size_t most = lang_internal::most_entries;
        std::size_t room = most - begin;  // for entries along the dimensions that follow
        for (std::size_t const extent : extents_[i]) {
            room /= extent;
        }
        if (room == 0) {
            exec_internal::reject(name_of(i),
                                  exec_internal::concat("at most ", most, " entries of all parameters"),
                                  shape_text(i));
        }
    }

    template <class Name>
    static constexpr std::size_t checked = [] {
        static_assert(exec_internal::cell_has_parameter<Cell, Name>::value);
        return exec_internal::cell_has_parameter<Cell, Name>::index;
    }();

    template <std::size_t I, class U>
    decltype(auto) view(U* all) const
    {
        constexpr ir_internal::extents shape = info(I).shape;
        U* const data = all + begin_[I];
        if constexpr (shape.is_scalar()) {
            return (*data);
        } else {
            std::array<std::size_t, static_cast<std::size_t>(shape.rank())> extents;
            std::copy_n(extents_[I].begin(), extents.size(), extents.begin());
            return xt::adapt(data, product_of(extents_[I]), xt::no_ownership(), extents);
        }
    }

    kernel_internal::aligned_vector<T> values_;  // constants are the last ones
    std::size_t trained_ = 0;                    // entries before them
    std::array<std::size_t, count + 1> begin_{};
    std::array<all_extents, count + 1> extents_{};  // 1 for a dimension that a parameter does not have
};

}  // namespace rondo::inline RONDO_ISA
