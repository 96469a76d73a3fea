#include "daemon/service/history.h"

#include "daemon/service/moment.h"
#include "ipc/reply.h"
#include "store/undid.h"

namespace settings::daemon {
namespace {

using Ordered = nlohmann::ordered_json;

constexpr std::size_t app_name_bytes = 200;  ///< longest part of a User-Agent that is noted

Ordered change_json(Change const& change) {
    Ordered object{{"path", dotted(change.path)}};
    if (is_ambiguous(change.path)) object["names"] = change.path;
    if (change.before) object["old"] = *change.before;
    if (change.after) object["new"] = *change.after;
    return object;
}

/// Entries of the first versions know the pid alone.
Ordered app_json(std::string const& text) {
    auto app = Ordered::parse(text, nullptr, /*allow_exceptions=*/false);
    if (app.is_number_integer()) return {{"pid", std::move(app)}};
    if (!app.is_object()) return Ordered::object();
    app.erase(store::undid_member);
    return app;
}

}  // namespace

std::string app_text(ipc::Peer const& peer) {
    Ordered app{{"pid", peer.pid}, {"uid", peer.uid}};
    if (!peer.executable.empty()) app["executable"] = peer.executable;
    if (!peer.app.empty()) app["name"] = peer.app.substr(0, app_name_bytes);
    return ipc::to_text(app);
}

Ordered changes_json(ChangeSet const& changes) {
    Ordered list = Ordered::array();
    for (auto const& change : changes) list.push_back(change_json(change));
    return list;
}

Ordered entry_json(store::JournalEntry const& entry, ChangeSet const& changes) {
    Ordered object{{"revision", entry.revision},
                   {"at", rfc3339(entry.at)},
                   {"origin", store::name_of(entry.origin)}};
    if (!entry.app.empty()) object["app"] = app_json(entry.app);
    if (auto const undid = store::undid_in(entry.app); !undid.empty()) object["undid"] = undid;
    object["changes"] = changes_json(changes);
    return object;
}

}  // namespace settings::daemon
