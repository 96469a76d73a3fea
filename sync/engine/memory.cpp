#include "sync/engine/memory.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "model/json.h"

namespace settings::sync {
namespace {

/// No more than this is ever noted in earnest, and sums of it do not overflow.
constexpr Time latest = std::chrono::hours{24} * 365 * 1'000;
constexpr Time::rep most_failures = 1'000'000;

/// A whole number between 0 and `most`; 0 when there is none.
Time::rep number_in(Json const& object, char const* name, Time::rep most) {
    auto const* number = member(&object, name);
    if (number == nullptr || !number->is_number_integer()) return 0;
    return std::clamp(number->get<Time::rep>(), Time::rep{0}, most);
}

Time time_in(Json const& object, char const* name) {
    return Time{number_in(object, name, latest.count())};
}

unsigned count_in(Json const& object, char const* name) {
    return static_cast<unsigned>(number_in(object, name, most_failures));
}

bool flag_in(Json const& object, char const* name) {
    auto const* flag = member(&object, name);
    return flag != nullptr && flag->is_boolean() && flag->get<bool>();
}

std::string text_in(Json const& object, char const* name) {
    auto const* text = member(&object, name);
    return text != nullptr && text->is_string() ? text->get<std::string>() : std::string{};
}

std::optional<ClockReading> clock_in(Json const& object) {
    auto const* clock = member(&object, "clock");
    if (clock == nullptr || !clock->is_object()) return std::nullopt;
    return ClockReading{text_in(*clock, "boot"), time_in(*clock, "since_boot"),
                        time_in(*clock, "at")};
}

std::set<std::string> names_in(Json const& object, char const* name) {
    std::set<std::string> names;
    auto const* list = member(&object, name);
    if (list == nullptr || !list->is_array()) return names;
    for (auto const& each : *list)
        if (each.is_string()) names.insert(each.get<std::string>());
    return names;
}

/// Numbers as texts: not every hash is one that JSON can hold.
std::map<std::string, std::size_t> hashes_in(Json const& object, char const* name) {
    std::map<std::string, std::size_t> hashes;
    auto const* list = member(&object, name);
    if (list == nullptr || !list->is_object()) return hashes;
    for (auto const& [key, value] : list->items()) {
        auto const text = value.is_string() ? value.get<std::string>() : std::string{};
        std::from_chars(text.data(), text.data() + text.size(), hashes[key]);
    }
    return hashes;
}

Json to_json(std::map<std::string, std::size_t> const& hashes) {
    Json object = Json::object();
    for (auto const& [key, hash] : hashes) object[key] = std::to_string(hash);
    return object;
}

Exceptions exceptions_in(Json const& word) {
    return {names_in(word, "account"), names_in(word, "device"), hashes_in(word, "values")};
}

std::optional<Acquaintance::Word> word_in(Json const& object) {
    auto const* word = member(&object, "said");
    auto const* on = member(word, "on");
    auto const meeting = word ? meeting_named(text_in(*word, "meeting")) : std::nullopt;
    auto owner = on ? owner_from(*on) : std::nullopt;
    if (!meeting || !owner) return std::nullopt;
    constexpr Time::rep most_leaves = 1'000'000'000;
    return Acquaintance::Word{*meeting, *std::move(owner), exceptions_in(*word),
                              static_cast<std::size_t>(number_in(*word, "shown", most_leaves))};
}

Json to_json(Acquaintance::Word const& said) {
    Json word{{"meeting", name_of(said.meeting)}, {"on", to_json(said.on)}, {"shown", said.shown}};
    if (said.exceptions.are_none()) return word;
    word["account"] = said.exceptions.account;
    word["device"] = said.exceptions.device;
    word["values"] = to_json(said.exceptions.shown);
    return word;
}

Memory read(Json const& object) {
    Memory memory;
    memory.failures = count_in(object, "failures");
    memory.server_failures = count_in(object, "server_failures");
    memory.stops = count_in(object, "stops");
    memory.backoff_until = time_in(object, "backoff_until");
    memory.not_before = time_in(object, "not_before");
    memory.budget = {time_in(object, "budget_owed"), time_in(object, "budget_at")};
    memory.paused = flag_in(object, "paused");
    memory.last_failure = text_in(object, "last_failure");
    memory.said = word_in(object);
    memory.clock = clock_in(object);
    return memory;
}

}  // namespace

/// By hand, because it is part of nearly every transaction of the sync.
std::string to_text(Memory const& memory) {
    std::string text{'{'};
    auto const add = [&text](char const* name, std::string const& value) {
        if (text.back() != '{') text += ',';
        text.append(1, '"').append(name).append("\":").append(value);
    };
    auto const add_number = [&add](char const* name, auto number) {
        add(name, std::to_string(number));
    };
    add_number("failures", memory.failures);
    add_number("server_failures", memory.server_failures);
    add_number("stops", memory.stops);
    add_number("backoff_until", memory.backoff_until.count());
    add_number("not_before", memory.not_before.count());
    add_number("budget_owed", memory.budget.owed.count());
    add_number("budget_at", memory.budget.at.count());
    add("paused", memory.paused ? "true" : "false");
    add("last_failure", settings::to_text(memory.last_failure));
    if (memory.said) add("said", settings::to_text(to_json(*memory.said)));
    if (memory.clock) {
        add("clock", "{");
        add("boot", settings::to_text(memory.clock->boot_id));
        add_number("since_boot", memory.clock->since_boot.count());
        add_number("at", memory.clock->clock.count());
        text += '}';
    }
    return text += '}';
}

Memory memory_from(std::string_view text) {
    if (text.empty()) return {};
    auto const parsed = parse_json(text);
    auto memory = parsed ? read(*parsed) : Memory{};
    auto const* paused = parsed ? member(&*parsed, "paused") : nullptr;
    if (paused == nullptr || !paused->is_boolean()) {
        memory.paused = true;
        memory.last_failure = damaged_memory;
    }
    return memory;
}

}  // namespace settings::sync
