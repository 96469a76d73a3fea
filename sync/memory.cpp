#include "sync/memory.h"

#include "model/json.h"

namespace settings::sync {
namespace {

Time time_in(Json const& object, char const* name) {
    return Time{object.value(name, Time::rep{0})};
}

std::optional<ClockReading> clock_in(Json const& object) {
    auto const* clock = member(&object, "clock");
    if (clock == nullptr || !clock->is_object()) return std::nullopt;
    return ClockReading{clock->value("boot", ""), time_in(*clock, "since_boot"),
                        time_in(*clock, "at")};
}

Memory read(Json const& object) {
    Memory memory;
    memory.failures = object.value("failures", 0U);
    memory.server_failures = object.value("server_failures", 0U);
    memory.backoff_until = time_in(object, "backoff_until");
    memory.not_before = time_in(object, "not_before");
    memory.budget = {time_in(object, "budget_owed"), time_in(object, "budget_at")};
    memory.paused = object.value("paused", false);
    memory.last_failure = object.value("last_failure", "");
    memory.clock = clock_in(object);
    return memory;
}

}  // namespace

std::string to_text(Memory const& memory) {
    Json object{{"failures", memory.failures},
                {"server_failures", memory.server_failures},
                {"backoff_until", memory.backoff_until.count()},
                {"not_before", memory.not_before.count()},
                {"budget_owed", memory.budget.owed.count()},
                {"budget_at", memory.budget.at.count()},
                {"paused", memory.paused},
                {"last_failure", memory.last_failure}};
    if (memory.clock)
        object["clock"] = {{"boot", memory.clock->boot_id},
                           {"since_boot", memory.clock->since_boot.count()},
                           {"at", memory.clock->clock.count()}};
    return settings::to_text(object);
}

Memory memory_from(std::string_view text) {
    auto const parsed = parse_json(text);
    if (!parsed || !parsed->is_object()) return {};
    try {
        return read(*parsed);
    } catch (Json::exception const&) {
        return {};
    }
}

}  // namespace settings::sync
