#pragma once
/// @file
/// Receives the JSON of a safetensors header from the parser, one event at a time.
///
/// A header is not trusted. If the parser built a tree, as it does by default, the tree would take many times
/// the memory of the text before anything could be rejected. Here the first event that does not fit the
/// format ends the parsing, and only one tensor is in memory at a time.

#include <rondo/io/excerpt.hpp>
#include <rondo/io/file_error.hpp>
#include <rondo/io/safetensors_header.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <utility>

namespace rondo::inline RONDO_ISA::io_internal {

/// The events of a header. All throw file_error if the header does not have the format. Names must be unique,
/// because readers differ in which of two equal names they use. Only the receiver of the tensors checks that
/// for the names of tensors, because not every receiver stores them.
class header_events final : public nlohmann::json_sax<nlohmann::json> {
   public:
    /// Receives the name and the entry of a tensor, with begin <= end.
    using tensor_receiver = std::function<void(std::string const&, stored_tensor const&)>;

    /// @param what the beginning of messages, see rejection::what.
    /// @param receive is called for every tensor, in the order of the header.
    header_events(std::string what, tensor_receiver receive)
        : what_(std::move(what)), receive_(std::move(receive))
    {
    }

    /// The metadata of the header, after it was parsed.
    [[nodiscard]] std::map<std::string, std::string>& metadata() { return metadata_; }

    /// The events of the parser, see nlohmann::json_sax. @{
    bool start_object(std::size_t) override
    {
        switch (at_) {
            case place::header_begins: at_ = place::header; break;
            case place::metadata_begins: at_ = place::metadata; break;
            case place::tensor_begins: begin_tensor(); break;
            default: reject_value("an object");
        }
        return true;
    }
    bool end_object() override
    {
        if (at_ == place::tensor) {
            end_tensor();
        }
        at_ = place::header;
        return true;
    }
    bool start_array(std::size_t) override
    {
        switch (at_) {
            case place::shape_begins: at_ = place::shape; break;
            case place::offsets_begin: at_ = place::offsets; break;
            default: reject_value("an array");
        }
        return true;
    }
    bool end_array() override
    {
        if (at_ == place::offsets && offsets_ != 2) {
            reject_value("another number of data_offsets");
        }
        at_ = place::tensor;
        return true;
    }
    bool key(std::string& name) override
    {
        switch (at_) {
            case place::header: begin_entry(name); break;
            case place::metadata: begin_text(name); break;
            default: begin_field(name);
        }
        return true;
    }
    bool string(std::string& text) override
    {
        if (at_ == place::text) {
            end_text(text);
        } else if (at_ == place::type) {
            tensor_.type = std::move(text);
            at_ = place::tensor;
        } else {
            reject_value("a text");
        }
        return true;
    }
    bool number_unsigned(std::uint64_t number) override
    {
        if (at_ == place::shape && tensor_.shape.size() < max_rank) {
            tensor_.shape.push_back(number);
        } else if (at_ == place::offsets && offsets_ < 2) {
            (offsets_++ == 0 ? tensor_.begin : tensor_.end) = number;
        } else {
            reject_value(at_ == place::shape ? "a shape of more than 64 dimensions" : concat(number));
        }
        return true;
    }
    bool number_integer(std::int64_t number) override { reject_value(concat(number)); }
    bool number_float(double, std::string const& text) override { reject_value(excerpt(text)); }
    bool boolean(bool value) override { reject_value(value ? "true" : "false"); }
    bool null() override { reject_value("null"); }
    bool binary(nlohmann::json::binary_t&) override { reject_value("binary data"); }
    bool parse_error(std::size_t, std::string const&, nlohmann::json::exception const& e) override
    {
        reject("a header in JSON", excerpt(e.what(), 200));
    }
    /// @}

   private:
    static constexpr std::size_t max_rank = 64;  // as in NumPy and PyTorch

    /// Where in the header the next event is.
    enum class place {
        header_begins,
        header,
        metadata_begins,
        metadata,
        text,
        tensor_begins,
        tensor,
        type,
        shape_begins,
        shape,
        offsets_begin,
        offsets,
    };

    void begin_entry(std::string& name)
    {
        if (name == "__metadata__") {
            reject_second(std::exchange(has_metadata_, true), name);
            at_ = place::metadata_begins;
        } else {
            tensor_name_ = std::move(name);
            at_ = place::tensor_begins;
        }
    }
    void begin_text(std::string& name)
    {
        reject_second(metadata_.contains(name), name);
        name_ = std::move(name);
        at_ = place::text;
    }
    void end_text(std::string& text)
    {
        metadata_bytes_ += metadata_bytes(name_, text);
        if (metadata_bytes_ > max_metadata_bytes) {
            reject(metadata_limit(), "more");
        }
        metadata_[std::move(name_)] = std::move(text);
        at_ = place::metadata;
    }
    void begin_tensor()
    {
        tensor_ = {};
        has_type_ = has_shape_ = has_offsets_ = false;
        offsets_ = 0;
        at_ = place::tensor;
    }
    void begin_field(std::string const& name)
    {
        if (name == "dtype") {
            reject_second(std::exchange(has_type_, true), name);
            at_ = place::type;
        } else if (name == "shape") {
            reject_second(std::exchange(has_shape_, true), name);
            at_ = place::shape_begins;
        } else if (name == "data_offsets") {
            reject_second(std::exchange(has_offsets_, true), name);
            at_ = place::offsets_begin;
        } else {
            reject_value("a field '" + excerpt(name) + "'");
        }
    }
    void end_tensor()
    {
        if (!has_type_ || !has_shape_ || !has_offsets_) {
            reject_value(!has_type_ ? "no dtype" : !has_shape_ ? "no shape" : "no data_offsets");
        }
        if (tensor_.end < tensor_.begin) {
            reject_value(concat("data_offsets ", tensor_.begin, " and ", tensor_.end));
        }
        receive_(tensor_name_, tensor_);
    }

    void reject_second(bool is_second, std::string const& name) const
    {
        if (is_second) {
            reject("names in the header to be unique", "'" + excerpt(name) + "' twice");
        }
    }
    /// Rejects a value that may not be where it is.
    [[noreturn]] void reject_value(std::string const& found) const
    {
        switch (at_) {
            case place::metadata_begins: reject("metadata to be texts by name", found);
            case place::text: reject("metadata '" + excerpt(name_) + "' to be a text", found);
            default:
                reject("tensor '" + excerpt(tensor_name_) + "' to have dtype, shape and two data_offsets",
                       found);
        }
    }
    [[noreturn]] void reject(std::string expected, std::string found) const
    {
        throw file_error({what_, std::move(expected), std::move(found)});
    }

    std::string what_;
    tensor_receiver receive_;
    std::map<std::string, std::string> metadata_{};
    place at_ = place::header_begins;
    bool has_metadata_ = false;
    std::uint64_t metadata_bytes_ = 0;
    std::string name_{};  // of the current metadata entry
    std::string tensor_name_{};
    stored_tensor tensor_{};
    bool has_type_ = false;
    bool has_shape_ = false;
    bool has_offsets_ = false;
    int offsets_ = 0;  // numbers that data_offsets has so far
};

}  // namespace rondo::inline RONDO_ISA::io_internal
