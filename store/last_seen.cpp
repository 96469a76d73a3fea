#include "store/last_seen.h"

#include <fcntl.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <limits>
#include <system_error>

#include "model/counted.h"
#include "model/owner.h"
#include "model/same.h"
#include "os/descriptor.h"
#include "os/write_durably.h"
#include "store/bond.h"
#include "store/document.h"
#include "store/files.h"
#include "store/high_water.h"
#include "store/identity.h"
#include "store/memory.h"
#include "store/stale.h"

namespace settings::store {
namespace {

namespace fs = std::filesystem;

fs::path seen_beside(fs::path store) { return store += "-seen"; }

/// What apps saw, and which state of which store it was.
struct Seen {
    Revision revision = 0;
    StoreId store = any_store;  ///< an earlier version did not write it
    Json settings;
    Remembered remembered;
};

std::optional<std::string> text_in(Json const& object, std::string_view name) {
    auto const* text = member(&object, name);
    if (text == nullptr || !text->is_string()) return std::nullopt;
    return text->get<std::string>();
}

std::optional<Seen> last_seen(fs::path const& store) {
    std::ifstream stream{seen_beside(store), std::ios::binary};
    if (!stream) return std::nullopt;
    auto const seen = parse_json(std::string{std::istreambuf_iterator<char>{stream}, {}});
    if (!seen) return std::nullopt;
    auto const* revision = member(&*seen, "revision");
    auto const* settings = member(&*seen, "settings");
    bool const is_whole = revision != nullptr && revision->is_number_integer() &&
                          settings != nullptr && settings->is_object();
    if (!is_whole) return std::nullopt;
    return Seen{revision->get<Revision>(),
                store_in(text_in(*seen, "store").value_or("")).value_or(any_store),
                *settings,
                {text_in(*seen, Memory::engine), text_in(*seen, Memory::owner)}};
}

/// The newest revision of the store that is no newer than what apps saw: of another store all are,
/// whose numbers say nothing.
Revision seen_up_to(Seen const& seen, Connection& connection) {
    constexpr auto all = std::numeric_limits<Revision>::max();
    return seen.store == any_store || seen.store == store_id(connection) ? seen.revision : all;
}

/// What is newer in the store than what was seen has not been lost: another daemon wrote it.
std::vector<Touched> missing_of(Seen const& seen, Document& document, Connection& connection) {
    Statement is_newer{connection,
                       "SELECT EXISTS (SELECT 1 FROM setting WHERE key = ? AND revision > ?)"};
    auto const seen_last = seen_up_to(seen, connection);
    auto keys = document.keys();
    for (auto const& entry : seen.settings.items()) keys.insert(entry.key());
    std::vector<Touched> missing;
    for (auto const& key : keys) {
        if (is_newer.query(key, seen_last).one().integer(0) != 0) continue;
        auto const local = document.local(key);
        auto const then = copy_of(member(&seen.settings, key));
        if (!same(local, then)) missing.push_back({key, local, then});
    }
    return missing;
}

bool are_one(std::string_view one, std::string_view other) {
    auto const here = owner_in(one), there = owner_in(other);
    return here && there && !contradicts(*here, *there);
}

/// The mirror of a store that was another's says nothing about this owner's document.
void bring_back_owner(std::string const& owner, Connection& connection) {
    Memory row{connection, Memory::owner};
    auto const known = row.recall();
    if (known && (owner == Bond::nobody_yet || owner == *known)) return;
    if (known && !are_one(*known, owner)) forget_former_document(connection);
    row.remember(owner);
}

/// The rows of a store that another daemon has written to since are newer.
void bring_back(Remembered const& remembered, Connection& connection, bool is_newer) {
    Memory engine{connection, Memory::engine};
    bool const has_owner = Memory{connection, Memory::owner}.recall().has_value();
    if (remembered.engine && (is_newer || !engine.recall())) engine.remember(*remembered.engine);
    if (remembered.owner && (is_newer || !has_owner))
        bring_back_owner(*remembered.owner, connection);
}

/// A member of an object, with a comma behind it.
std::string member_text(std::string_view name, std::optional<std::string> const& value) {
    return value ? to_text(name) + ':' + to_text(*value) + ',' : "";
}

}  // namespace

void note_last_seen(fs::path const& store, View const& view, Remembered const& remembered) {
    auto const file = seen_beside(store);
    std::string text = R"({"revision":)" + std::to_string(view.revision()) + ',' +
                       member_text("store", store_text(view.tag().store)) +
                       member_text(Memory::engine, remembered.engine) +
                       member_text(Memory::owner, remembered.owner) + R"("settings":)";
    view.append_to(text);
    text += '}';
    os::Descriptor const opened{
        open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!opened.is_open() || !os::write_durably(opened.number(), text))
        throw std::system_error{errno, std::generic_category(), file.string()};
    flush_folder_of(store);
}

std::optional<std::string> bring_back_last_seen(Connection& connection, fs::path const& store) {
    auto const seen = last_seen(store);
    if (!seen) return std::nullopt;
    connection.execute("BEGIN IMMEDIATE");
    bool const is_newer = last_of_history(connection) <= seen_up_to(*seen, connection);
    bring_back(seen->remembered, connection, is_newer);
    Document document{connection, unix_milliseconds, {}};
    auto const missing = missing_of(*seen, document, connection);
    if (!missing.empty()) {
        // What is brought back is older than what the log had, as in a store that was put back.
        was_put_back(connection, {.acknowledged = HighWater::of(store).revision});
        document.reload();
        document.write(missing, Origin::recovery);
        Stale::note(connection, {.last = last_of_history(connection), .keys = {}});
    }
    connection.execute("COMMIT");
    if (missing.empty()) return std::nullopt;
    return counted(missing.size(), "setting was", "settings were") +
           " brought back as apps saw them last, since the store's files had lost them";
}

void forget_last_seen(fs::path const& store) { fs::remove(seen_beside(store)); }

}  // namespace settings::store
