#include "settings/arguments.h"

#include <initializer_list>

namespace settings::client {

Member::Member(std::string_view name, Object const& value) : name_{name}, value_(value.json()) {}

Member const& Member::none() {
    static Member const none;
    return none;
}

Object::Object(Member const& first, Member const& second, Member const& third, Member const& fourth,
               Member const& fifth, Member const& sixth, Member const& seventh,
               Member const& eighth, Member const& ninth, Member const& tenth,
               Member const& eleventh, Member const& twelfth)
    : json_(Json::object()) {
    for (auto const* member : {&first, &second, &third, &fourth, &fifth, &sixth, &seventh, &eighth,
                               &ninth, &tenth, &eleventh, &twelfth})
        if (member->is_there_) json_[member->name_] = member->value_;
}

}  // namespace settings::client
