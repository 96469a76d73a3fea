#include "store/ledger.h"

#include <utility>

#include "model/patch.h"
#include "store/draft.h"
#include "store/identity.h"
#include "store/take_back.h"

namespace settings::store {

Ledger::Ledger(Connection& connection, WallClock clock, Retention retention)
    : store_{store_id(connection)},
      document_{connection, std::move(clock), retention},
      journal_{connection},
      conflicts_{connection},
      memory_{connection, Memory::engine},
      organization_{connection, Memory::organization},
      mirror_{connection, document_, conflicts_},
      bond_{connection},
      meetings_{connection, document_, mirror_, bond_},
      decisions_{connection, document_, conflicts_},
      notices_{connection},
      unsynced_{connection,
                "SELECT coalesce((SELECT revision FROM setting WHERE key = ?1), 0) WHERE EXISTS "
                "(SELECT 1 FROM dirty WHERE key = ?1) OR EXISTS (SELECT 1 FROM doubtful WHERE key "
                "= ?1)"} {}

std::optional<Json> Ledger::value_at(std::string const& path) {
    return Draft{document_}.find(path);
}

Result<Saved> Ledger::apply(Edit edit, std::string const& app) {
    auto const touched =
        std::visit([this](auto& kind) { return touched_by(std::move(kind)); }, edit);
    if (!touched) return touched.error();
    auto const written = document_.write_if_it_fits(*touched, Origin::app, app);
    if (!written) return written.error();
    Saved saved{head()};
    for (auto const& each : *touched) saved.keys.push_back(each.key);
    return saved;
}

std::vector<Unsynced> Ledger::unsynced(std::vector<std::string> const& keys) {
    std::vector<Unsynced> found;
    for (auto const& key : keys)
        if (auto rows = unsynced_.query(key); rows.next()) found.push_back({key, rows.integer(0)});
    return found;
}

std::optional<Remembered> Ledger::take_remembered() {
    bool const has_engine_news = memory_.take_news();
    bool const has_owner_news = bond_.row().take_news();
    if (!has_engine_news && !has_owner_news) return std::nullopt;
    return Remembered{memory_.recall(), bond_.row().recall()};
}

Result<Undone> Ledger::undo(Undo const& undo, std::string const& app) {
    return TakeBack{document_, journal_}.carry_out(undo, app);
}

Result<std::vector<Touched>> Ledger::touched_by(Patch&& patch) {
    std::vector<Touched> touched;
    for (auto& [key, partial] : patch.partial.items()) {
        auto before = document_.local(key);
        Json after = before ? *before : std::move(partial);
        if (before) deep_merge(after, partial);
        touched.push_back({key, std::move(before), std::move(after)});
    }
    return touched;
}

Result<std::vector<Touched>> Ledger::touched_by(Replace&& replace) {
    auto keys = document_.keys();
    for (auto const& entry : replace.document.items()) keys.insert(entry.key());

    std::vector<Touched> touched;
    for (auto const& key : keys) {
        touched.push_back({key, document_.local(key), copy_of(member(&replace.document, key))});
    }
    return touched;
}

Result<std::vector<Touched>> Ledger::touched_by(Erase&& erase) {
    Draft draft{document_};
    for (auto const& path : erase.paths)
        if (auto const done = draft.erase(path); !done) return done.error();
    return draft.take();
}

Result<std::vector<Touched>> Ledger::touched_by(Assignments&& assignments) {
    Draft draft{document_};
    for (auto& one : assignments.list) {
        auto const carry_out = [&](auto const& path) -> Result<void> {
            if (!one.value) return draft.erase(path);
            if (one.whole) return draft.replace(path, *std::move(one.value));
            return draft.put(path, *std::move(one.value));
        };
        if (auto const done = std::visit(carry_out, one.path); !done) return done.error();
    }
    return draft.take();
}

}  // namespace settings::store
