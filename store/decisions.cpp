#include "store/decisions.h"

#include <utility>

#include "model/change_set.h"
#include "model/path.h"

namespace settings::store {
namespace {

Error not_rejected(std::string const& key) {
    return {Errc::not_found, "the server has not refused any setting named \"" + key + "\""};
}

/// The key once the value that was not kept stands at the conflict's path.
/// Errors: conflict, when something else stands in its way by now.
Result<Touched> restored(Conflict const& conflict, std::optional<Json> before) {
    auto const& key = conflict.path.front();
    auto const& other = conflict.kept == Winner::local ? conflict.theirs : conflict.ours;
    Json document = Json::object();
    if (before) document[key] = *before;
    if (other && !has_room(document, conflict.path))
        return Error{Errc::conflict, "\"" + path_text(conflict.path) +
                                         "\" has no place any more: what it was inside is no "
                                         "object now; give that another value first"};
    apply_changes(document, {{conflict.path, std::nullopt, other}});
    return Touched{key, std::move(before), copy_of(member(&document, key))};
}

}  // namespace

Decisions::Decisions(Connection& connection, Document& document, Conflicts& conflicts)
    : document_{document},
      conflicts_{conflicts},
      count_rejected_{connection, "SELECT count(*) FROM rejected WHERE ?1 IS NULL OR key = ?1"},
      retry_{connection, "UPDATE rejected SET retry_at = 0 WHERE ?1 IS NULL OR key = ?1"} {}

Result<void> Decisions::resolve_conflict(std::int64_t id, bool restore, std::string const& app) {
    auto const found = conflicts_.find(id);
    if (!found)
        return Error{Errc::not_found, "there is no conflict with the number " + std::to_string(id)};
    if (restore) {
        auto const& conflict = found->conflict;
        auto restoring = restored(conflict, document_.local(conflict.path.front()));
        if (!restoring) return restoring.error();
        auto const written = document_.write_if_it_fits({*std::move(restoring)}, Origin::app, app);
        if (!written) return written.error();
    }
    conflicts_.remove(id);
    return {};
}

Result<std::size_t> Decisions::retry_rejected(std::optional<std::string> const& path) {
    auto const key = path ? std::optional{key_named(*path)} : std::nullopt;
    auto const found = count_rejected(key);
    if (key && found == 0) return not_rejected(*path);
    retry_.run(key);
    return found;
}

Result<void> Decisions::discard_rejected(std::string const& path, std::string const& app) {
    auto const key = key_named(path);
    if (count_rejected(key) == 0) return not_rejected(path);
    auto const row = document_.load(key);
    document_.write({{key, row.local, row.mirror}}, Origin::app, app);
    return {};
}

/// The key of that name, or the one that a pointer names.
std::string Decisions::key_named(std::string const& path) {
    auto const names = names_of_pointer(path);
    bool const is_pointer = names && names->size() == 1 && count_rejected(path) == 0;
    return is_pointer ? names->front() : path;
}

std::size_t Decisions::count_rejected(std::optional<std::string> const& key) {
    return static_cast<std::size_t>(count_rejected_.query(key).one().integer(0));
}

}  // namespace settings::store
