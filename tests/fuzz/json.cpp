#include "model/json.h"

#include "model/same.h"
#include "model/slices.h"
#include "tests/fuzz/targets.h"

namespace settings::fuzz {
namespace {

constexpr std::size_t depth = 64;

std::size_t depth_of(Json const& value) {
    std::size_t inside = 0;
    if (!value.is_structured()) return 0;
    for (auto const& member : value) inside = std::max(inside, depth_of(member));
    return 1 + inside;
}

/// The text of each member leads to the same value as the text of the whole.
void check_slices(std::string_view text, Json const& object) {
    auto const slices = members_in(text);
    expect(slices.has_value() && slices->size() == object.size(), "an object can be cut");
    for (auto const& slice : *slices) {
        auto const name = parse_json(slice.name);
        auto const value = parse_json(slice.value);
        expect(name && value, "what is in an object is JSON");
        expect(same(member(&object, name->get<std::string>()), &*value), "it is the same there");
    }
}

}  // namespace

/// Whatever is read is what nlohmann's own reader reads, and comes back the same from its text.
void json(std::string_view bytes) {
    (void)members_in(bytes);
    auto const value = parse_json(bytes, {.depth = depth, .key_bytes = 64});
    auto const exact = parse_json(bytes, {.depth = depth, .key_bytes = 64, .exact_numbers = true});
    if (!value) {
        expect(!exact.has_value(), "to be exact forbids more");
        expect(parse_json(to_text(value.error().message())).has_value(), "an error is text");
        return;
    }
    expect(depth_of(*value) <= depth, "no value is deeper than the limit");
    expect(same(*value, Json::parse(bytes)), "another reader reads the same");
    auto const text = to_text(*value);
    auto const again = parse_json(text, {.exact_numbers = true});
    expect(again && same(*again, *value) && to_text(*again) == text, "a value survives its text");
    expect(!exact || same(*exact, *value), "to be exact changes nothing");
    if (value->is_object()) check_slices(bytes, *value);
}

}  // namespace settings::fuzz
