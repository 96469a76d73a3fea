#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "settings/value.h"

namespace settings::client {

// Arguments that may be written in braces, in a co_await expression, too. There g++ 12 cannot
// compile what braces usually make, an array behind a std::initializer_list; so these are made by
// constructors that take the values one by one.

template <class T>
concept TextLike = std::is_convertible_v<T const&, std::string_view>;

/// Paths of settings: {"theme", "font.size"}.
class Paths {
  public:
    template <TextLike... Texts>
    Paths(Texts const&... paths) {
        (list_.emplace_back(std::string_view{paths}), ...);
    }
    Paths(std::vector<std::string> paths) : list_{std::move(paths)} {}

    [[nodiscard]] std::vector<std::string> const& list() const { return list_; }

  private:
    std::vector<std::string> list_;
};

/// What a Json can be made of without braces.
template <class T>
concept JsonLike = std::constructible_from<Json, T const&>;

/// A JSON array: {1, 2, 3}. For an array without values, or in arrays, write Json::array().
class List {
  public:
    template <JsonLike First, JsonLike... Others>
    List(First const& first, Others const&... others) : json_(Json::array()) {
        json_.push_back(Json(first));
        (json_.push_back(Json(others)), ...);
    }

    [[nodiscard]] Json const& json() const { return json_; }

  private:
    Json json_;
};

class Object;

/// A name with its value: {"theme", "dark"}, {"tags", {"work", "home"}}, {"font", {{"size", 12}}}.
class Member {
  public:
    template <JsonLike T>
    Member(std::string_view name, T const& value) : name_{name}, value_(value) {}
    Member(std::string_view name, List const& value) : name_{name}, value_(value.json()) {}
    Member(std::string_view name, Object const& value);

  private:
    friend class Object;

    Member() : is_there_{false} {}
    [[nodiscard]] static Member const& none();

    std::string name_;
    Json value_;
    bool is_there_ = true;
};

/// A JSON object: a Json that is one, or up to twelve members: {{"theme", "dark"}, {"volume", 5}}.
class Object {
  public:
    Object() : json_(Json::object()) {}

    template <std::same_as<Json> T>
    Object(T const& object) : json_(object) {}

    Object(Member const& first, Member const& second = Member::none(),
           Member const& third = Member::none(), Member const& fourth = Member::none(),
           Member const& fifth = Member::none(), Member const& sixth = Member::none(),
           Member const& seventh = Member::none(), Member const& eighth = Member::none(),
           Member const& ninth = Member::none(), Member const& tenth = Member::none(),
           Member const& eleventh = Member::none(), Member const& twelfth = Member::none());

    [[nodiscard]] Json const& json() const { return json_; }

  private:
    Json json_;
};

}  // namespace settings::client
