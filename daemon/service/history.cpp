#include "daemon/service/history.h"

#include "daemon/service/moment.h"
#include "ipc/reply.h"
#include "store/undid.h"

namespace settings::daemon {
namespace {

using Ordered = nlohmann::ordered_json;

constexpr std::size_t app_name_bytes = 200;  ///< longest part of a User-Agent that is noted

std::string change_text(Change const& change) {
    auto text = R"({"path":)" + to_text(dotted(change.path));
    if (is_ambiguous(change.path)) text += R"(,"names":)" + to_text(change.path);
    if (change.before) text += R"(,"old":)" + to_text(*change.before);
    if (change.after) text += R"(,"new":)" + to_text(*change.after);
    text += '}';
    return text;
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
    auto text = R"({"pid":)" + std::to_string(peer.pid) + R"(,"uid":)" + std::to_string(peer.uid);
    if (!peer.executable.empty()) text += R"(,"executable":)" + ipc::to_text(peer.executable);
    if (!peer.app.empty()) text += R"(,"name":)" + ipc::to_text(peer.app.substr(0, app_name_bytes));
    text += '}';
    return text;
}

std::string changes_text(ChangeSet const& changes) {
    std::string text = "[";
    for (auto const& change : changes) {
        if (text.size() > 1) text += ',';
        text += change_text(change);
    }
    text += ']';
    return text;
}

std::string entry_text(store::JournalEntry const& entry, ChangeSet const& changes) {
    Ordered object{{"revision", entry.revision},
                   {"at", rfc3339(entry.at)},
                   {"origin", store::name_of(entry.origin)}};
    if (!entry.app.empty()) object["app"] = app_json(entry.app);
    if (auto const undid = store::undid_in(entry.app); !undid.empty()) object["undid"] = undid;
    auto text = ipc::to_text(object);
    text.pop_back();
    text += R"(,"changes":)" + changes_text(changes);
    text += '}';
    return text;
}

}  // namespace settings::daemon
