#include "tests/simulation/disk.h"

#include <utility>

namespace settings::simulation {
namespace {

/// A new ledger prepares thirty statements. On the same database nothing but reload() tells it
/// from the old one, so most restarts make do with that.
constexpr unsigned restarts_with_one_ledger = 16;

/// Not by the product's own parser, which is under test.
Json parsed(std::string_view text) { return Json::parse(text); }

std::optional<Json> parsed(std::optional<std::string> const& text) {
    if (!text) return std::nullopt;
    return parsed(std::string_view{*text});
}

}  // namespace

Disk::Disk(store::WallClock clock)
    : clock_{std::move(clock)},
      connection_{store::open_for_writing(":memory:")},
      ledger_{std::make_unique<store::Ledger>(connection_, clock_)},
      begin_{connection_, "BEGIN IMMEDIATE"},
      commit_{connection_, "COMMIT"},
      roll_back_{connection_, "ROLLBACK"},
      document_{connection_, "SELECT key, local FROM setting WHERE local IS NOT NULL"},
      journal_{connection_, "SELECT changes FROM journal WHERE revision > ? ORDER BY revision"},
      dirty_{connection_, "SELECT key, local, mirror FROM setting WHERE local IS NOT mirror"},
      local_{connection_, "SELECT local FROM setting WHERE key = ?"},
      rejected_{connection_, "SELECT key, message FROM rejected"},
      conflicts_{connection_, "SELECT id FROM conflict"} {}

void Disk::restart() {
    if (connection_.in_transaction()) roll_back();
    if (++restarts_ % restarts_with_one_ledger == 0)
        ledger_ = std::make_unique<store::Ledger>(connection_, clock_);
    else
        ledger_->reload();
}

void Disk::roll_back() {
    roll_back_.run();
    ledger_->reload();
}

Json Disk::document() {
    Json document = Json::object();
    for (auto rows = document_.query(); rows.next();)
        document[std::string{rows.text(0)}] = parsed(rows.text(1));
    return document;
}

std::vector<Json> Disk::journal_after(Revision revision) {
    std::vector<Json> changes;
    for (auto rows = journal_.query(revision); rows.next();)
        changes.push_back(parsed(rows.text(0)));
    return changes;
}

std::map<std::string, store::Setting> Disk::dirty() {
    std::map<std::string, store::Setting> settings;
    for (auto rows = dirty_.query(); rows.next();)
        settings[std::string{rows.text(0)}] = {parsed(rows.optional_text(1)),
                                               parsed(rows.optional_text(2))};
    return settings;
}

std::optional<std::string> Disk::local(std::string const& key) {
    auto rows = local_.query(key);
    if (!rows.next()) return std::nullopt;
    return rows.optional_text(0);
}

std::vector<Disk::Rejected> Disk::rejected() {
    std::vector<Rejected> rejected;
    for (auto rows = rejected_.query(); rows.next();)
        rejected.push_back({std::string{rows.text(0)}, std::string{rows.text(1)}});
    return rejected;
}

std::vector<std::int64_t> Disk::conflicts() {
    std::vector<std::int64_t> ids;
    for (auto rows = conflicts_.query(); rows.next();) ids.push_back(rows.integer(0));
    return ids;
}

}  // namespace settings::simulation
