#include "model/json.h"

#include <cmath>
#include <utility>
#include <vector>

#include "model/number.h"
#include "model/quote.h"

namespace settings {
inline namespace model {
namespace {

/// The largest integer below which every integer has its own double (ECMA-262, MAX_SAFE_INTEGER).
constexpr double max_safe_integer = 9007199254740991.0;

/// Builds the value while it checks what nlohmann's own builder lets pass: depth and duplicates.
class Builder final : public nlohmann::json_sax<Json> {
  public:
    explicit Builder(JsonLimits const& limits) : limits_{limits} {}

    Json take_root() { return std::move(root_); }
    [[nodiscard]] Error const& error() const { return error_; }

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(value); }
    bool number_unsigned(number_unsigned_t value) override { return add(value); }
    bool string(string_t& value) override { return add(std::move(value)); }
    bool binary(binary_t&) override { return refuse(Errc::bad_request, "binary is not JSON"); }

    bool number_float(number_float_t value, string_t const& literal) override {
        if (limits_.exact_numbers && !says_exactly(literal, value))
            return refuse(Errc::bad_request, "the number " + quote(literal) + " would become " +
                                                 Json(value).dump() + "; write it as a string");
        if (std::trunc(value) == value && std::abs(value) <= max_safe_integer)
            return add(static_cast<Json::number_integer_t>(value));
        return add(value);
    }

    bool start_object(std::size_t) override { return open(Json::object()); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool key(string_t& name) override {
        if (name.size() > limits_.key_bytes)
            return refuse(Errc::too_large,
                          "a name is longer than " + std::to_string(limits_.key_bytes) + " bytes");
        if (open_.back()->contains(name))
            return refuse(Errc::bad_request, "the name \"" + quote(name) +
                                                 "\" stands twice in one object; keep one of them");
        name_ = std::move(name);
        return true;
    }

    bool parse_error(std::size_t position, std::string const&,
                     nlohmann::detail::exception const& cause) override {
        return refuse(Errc::bad_request, "not JSON: " + explain(position, cause.what()));
    }

  private:
    bool add(Json value) {
        place(std::move(value));
        return true;
    }

    bool open(Json container) {
        if (open_.size() >= limits_.depth)
            return refuse(Errc::too_large, "nested deeper than " +
                                               std::to_string(limits_.depth - limits_.envelope) +
                                               " levels");
        open_.push_back(place(std::move(container)));
        return true;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    Json* place(Json value) {
        if (open_.empty()) return &(root_ = std::move(value));
        Json& parent = *open_.back();
        if (parent.is_array()) {
            parent.push_back(std::move(value));
            return &parent.back();
        }
        return &(parent[name_] = std::move(value));
    }

    bool refuse(Errc code, std::string message) {
        error_ = Error{code, std::move(message)};
        return false;
    }

    /// The part for a person of "[json.exception.parse_error.101] parse error at line 1, column 6:
    /// syntax error while …". The text quotes what was last read, which may be any bytes at all.
    static std::string explain(std::size_t position, std::string text) {
        if (auto const end = text.find("] "); end != std::string::npos) text.erase(0, end + 2);
        std::string const prefix = "parse error at ";
        if (text.starts_with(prefix))
            text.erase(0, prefix.size());
        else
            text.insert(0, "byte " + std::to_string(position) + ": ");
        return quote(text);
    }

    JsonLimits limits_;
    Json root_;
    std::vector<Json*> open_;  ///< the containers around the current place, outermost first
    std::string name_;         ///< name of the member whose value comes next
    Error error_;
};

/// A zero is nowhere allowed in JSON, and nlohmann's reader takes it for the end of the text.
Error zero_at(std::size_t byte) {
    return {Errc::bad_request, "not JSON: byte " + std::to_string(byte + 1) + " is a zero"};
}

}  // namespace

Result<Json> parse_json(std::string_view text, JsonLimits const& limits) {
    if (auto const zero = text.find('\0'); zero != text.npos) return zero_at(zero);
    Builder builder{limits};
    if (!Json::sax_parse(text, &builder)) return builder.error();
    return builder.take_root();
}

Json const* member(Json const* value, std::string_view name) {
    if (value == nullptr || !value->is_object()) return nullptr;
    auto const found = value->find(name);
    return found == value->end() ? nullptr : &*found;
}

std::string to_text(Json const& value) { return value.dump(); }

bool is_utf8(std::string const& text) {
    try {
        static_cast<void>(to_text(Json(text)));
        return true;
    } catch (Json::exception const&) {
        return false;
    }
}

}  // namespace model
}  // namespace settings
