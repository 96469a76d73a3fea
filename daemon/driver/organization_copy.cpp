#include "daemon/driver/organization_copy.h"

#include <algorithm>
#include <array>
#include <utility>

#include "model/limits.h"

namespace settings::daemon {
namespace {

using Kind = OrganizationCopy::Kind;

constexpr std::size_t most_changes = 20;
constexpr std::size_t most_change_bytes = 64 * 1024;
constexpr std::int64_t most_time = std::int64_t{1} << 53U;  ///< in milliseconds

/// How long a service that does not know the call is left alone. A gateway may have said so for a
/// few bad seconds.
constexpr std::chrono::hours rest_by_service{24};
constexpr std::chrono::minutes rest_by_gateway{10};

struct KindName {
    Kind kind;
    std::string_view name;
};
constexpr std::array kind_names{KindName{Kind::settings, "settings"}, KindName{Kind::none, "none"},
                                KindName{Kind::unknown, "unknown"}};

std::string_view name_of(Kind kind) {
    return std::ranges::find(kind_names, kind, &KindName::kind)->name;
}

std::optional<Kind> kind_named(std::string_view name) {
    auto const found = std::ranges::find(kind_names, name, &KindName::name);
    if (found == kind_names.end()) return std::nullopt;
    return found->kind;
}

/// Leaves out the oldest until the others have room.
void make_room(std::vector<OrganizationChange>& changes) {
    std::size_t bytes = 0, kept = 0;
    while (kept < changes.size() && kept < most_changes) {
        auto const& next = changes[changes.size() - 1 - kept];
        bytes += model::to_text(model::to_json(next.changes)).size();
        if (bytes > most_change_bytes) break;
        ++kept;
    }
    changes.erase(changes.begin(), changes.end() - static_cast<std::ptrdiff_t>(kept));
}

Json to_json(std::vector<OrganizationChange> const& changes) {
    Json list = Json::array();
    for (auto const& each : changes)
        list.push_back({{"at", each.at}, {"changes", model::to_json(each.changes)}});
    return list;
}

/// In milliseconds; none of ours where there is none.
std::int64_t time_in(Json const& object, char const* name) {
    auto const& time = object.at(name);
    return time.is_number_integer() ? time.get<std::int64_t>() : -1;
}

std::vector<OrganizationChange> changes_in(Json const& list) {
    std::vector<OrganizationChange> changes;
    for (auto const& each : list)
        changes.push_back({time_in(each, "at"), changes_from(each.at("changes"))});
    return changes;
}

/// Damage may read back as anything.
bool makes_sense(OrganizationCopy const& copy) {
    auto const is_time = [](std::int64_t time) { return time >= 0 && time < most_time; };
    return is_time(copy.at.clock.count()) && is_time(copy.at.unix_now) &&
           std::ranges::all_of(copy.changes, [&](OrganizationChange const& each) {
               return is_time(each.at) &&
                      std::ranges::none_of(each.changes, &Path::empty, &Change::path);
           });
}

}  // namespace

std::chrono::seconds age_of(Instant const& then, Instant const& now) {
    Time const by_wall{now.unix_now - then.unix_now};
    return std::chrono::floor<std::chrono::seconds>(
        std::max({now.clock - then.clock, by_wall, Time{0}}));
}

std::variant<OrganizationCopy, sync::Failure> copy_in(sync::Answer const& answer,
                                                      Owner const& owner, Instant const& now) {
    OrganizationCopy copy{.owner = owner, .at = now};
    if (sync::lacks_call(answer)) {
        if (!sync::failure_of(answer).by_gateway) copy.words = sync::words_of(answer);
        return copy;
    }
    if (sync::knows_no_organization(answer)) {
        copy.kind = Kind::none;
        copy.words = sync::words_of(answer);
        return copy;
    }
    auto document = sync::read_document(answer);
    if (auto* failure = std::get_if<sync::Failure>(&document)) return std::move(*failure);
    copy.kind = Kind::settings;
    copy.settings = std::get<sync::Document>(document).settings.tree();
    return copy;
}

bool may_replace(std::optional<OrganizationCopy> const& former, OrganizationCopy const& fresh) {
    bool const was_known =
        former && former->kind != Kind::unknown && !contradicts(former->owner, fresh.owner);
    return fresh.kind != Kind::unknown || !was_known;
}

std::optional<OrganizationChange> hand_on(OrganizationCopy const& former, OrganizationCopy& fresh) {
    if (former.kind == Kind::unknown || contradicts(former.owner, fresh.owner)) return std::nullopt;
    fresh.changes = former.changes;
    OrganizationChange newest{fresh.at.unix_now, diff(former.settings, fresh.settings)};
    if (newest.changes.empty()) return std::nullopt;
    fresh.changes.push_back(newest);
    make_room(fresh.changes);
    return newest;
}

bool is_to_be_asked(std::optional<OrganizationCopy> const& copy, Instant const& now) {
    if (!copy || copy->kind != Kind::unknown) return !copy;
    auto const since = now.clock - copy->at.clock;
    Time const rest = copy->words.empty() ? Time{rest_by_gateway} : Time{rest_by_service};
    return since >= rest || since < Time{0};
}

std::string text_of(OrganizationCopy const& copy) {
    return model::to_text(Json{{"kind", name_of(copy.kind)},
                               {"owner", model::to_json(copy.owner)},
                               {"settings", copy.settings},
                               {"words", copy.words},
                               {"clock", copy.at.clock.count()},
                               {"unix", copy.at.unix_now},
                               {"changes", to_json(copy.changes)}});
}

std::optional<OrganizationCopy> copy_from(std::string_view text) try {
    auto const stored = parse_json(text);
    if (!stored) return std::nullopt;
    auto const kind = kind_named(stored->at("kind").get<std::string>());
    auto owner = owner_from(stored->at("owner"));
    if (!kind || !owner || !stored->at("settings").is_object()) return std::nullopt;
    OrganizationCopy copy{*kind,
                          *std::move(owner),
                          stored->at("settings"),
                          stored->at("words").get<std::string>(),
                          {Time{time_in(*stored, "clock")}, time_in(*stored, "unix")},
                          changes_in(stored->at("changes"))};
    if (!makes_sense(copy)) return std::nullopt;
    return copy;
} catch (Json::exception const&) {
    return std::nullopt;
}

}  // namespace settings::daemon
