#include "settings/history.h"

#include <utility>

#include "client/fields.h"
#include "model/path.h"

namespace settings::client {
namespace {

std::vector<std::string> names_of(Json const& change, std::string const& path) {
    if (auto names = value_as<std::vector<std::string>>(field(change, "names"))) return *names;
    return split(path);
}

Change change_from(Json const& one) {
    Change change;
    change.path = text_field(one, "path");
    change.names = names_of(one, change.path);
    change.before = value_field(one, "old");
    change.after = value_field(one, "new");
    return change;
}

std::optional<App> app_from(Json const& app) {
    if (!app.is_object()) return std::nullopt;
    return App{number_field<std::int64_t>(app, "pid"), number_field<std::uint32_t>(app, "uid"),
               text_field(app, "executable"), text_field(app, "name")};
}

}  // namespace

std::vector<Change> changes_in(Json const& list) {
    std::vector<Change> changes;
    if (list.is_array())
        for (Json const& change : list) changes.push_back(change_from(change));
    return changes;
}

Entry entry_from(Json answer) {
    Entry entry;
    entry.revision = number_field<Revision>(answer, "revision").value_or(0);
    entry.at = time_field(answer, "at");
    entry.origin = text_field(answer, "origin");
    entry.app = app_from(field(answer, "app"));
    entry.undid =
        value_as<std::vector<Revision>>(field(answer, "undid")).value_or(std::vector<Revision>{});
    entry.changes = changes_in(field(answer, "changes"));
    entry.answer = std::move(answer);
    return entry;
}

History history_from(Json const& answer) {
    History history;
    if (Json const& entries = field(answer, "entries"); entries.is_array())
        for (Json const& entry : entries) history.entries.push_back(entry_from(entry));
    if (Json const& changes = field(answer, "organization"); changes.is_array())
        for (Json const& change : changes) history.organization.push_back(entry_from(change));
    history.oldest = number_field<Revision>(answer, "oldest").value_or(0);
    history.revision = number_field<Revision>(answer, "revision").value_or(0);
    history.more = field(answer, "more") == true;
    return history;
}

}  // namespace settings::client
