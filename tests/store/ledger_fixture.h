#pragma once

#include <gtest/gtest.h>

#include "store/ledger.h"
#include "store/schema.h"
#include "store/view.h"
#include "tests/support/json.h"

namespace settings::store {

/// A ledger on a database in memory, outside any transaction: each statement commits by itself.
class LedgerFixture : public testing::Test {
  protected:
    Revision patch(std::string_view partial) { return edit(Patch{json(partial)}); }
    Revision replace(std::string_view document) { return edit(Replace{json(document)}); }
    Revision erase(std::vector<std::string> paths) { return edit(Erase{std::move(paths)}); }
    Revision edit(Edit const& edit) { return ledger.apply(edit, "test").value().revision; }

    /// What apps see, built up from the published changes alone.
    Json local() {
        view.apply(ledger.take_commit());
        std::string text;
        view.append_to(text);
        return json(text);
    }

    Json column(char const* name) {
        Statement statement{connection, std::string{"SELECT key, "} + name + " FROM setting"};
        Json document = Json::object();
        for (auto rows = statement.query(); rows.next();)
            if (auto text = rows.optional_text(1))
                document[std::string{rows.text(0)}] = json(*text);
        return document;
    }
    Json mirror() { return column("mirror"); }

    std::int64_t number(char const* sql) {
        return Statement{connection, sql}.query().one().integer(0);
    }

    Json last_changes() {
        Statement last{connection, "SELECT changes FROM journal ORDER BY revision DESC LIMIT 1"};
        return json(last.query().one().text(0));
    }

    /// Sends everything pending to a server that takes it, so long ago that no doubt is left, and
    /// has a look show it.
    void sync() {
        send();
        clock += std::chrono::minutes{10};
        reconcile(to_text(mirror()));
    }

    // The sync's half, at the time that `clock` shows.
    Frozen freeze(std::size_t max_keys = 1'000, std::size_t max_bytes = 1'000'000) {
        return ledger.mirror().freeze({max_keys, 0}, max_bytes, clock);
    }
    Backlog settle(Batch const& batch) { return ledger.mirror().settle(batch, clock); }
    SetAside reject(Batch const& batch, Refusal const& refusal, Time retry_at = Time::max()) {
        return ledger.mirror().reject(batch, refusal, retry_at);
    }
    Reconciled reconcile(std::string_view remote, Winner winner = Winner::local,
                         Judgement judgement = {}, Unreadable const& unreadable = {}) {
        return ledger.mirror().reconcile({.remote = json(remote),
                                          .winner = winner,
                                          .judgement = judgement,
                                          .unreadable = unreadable},
                                         clock);
    }

    /// Sends everything pending to a server that takes it, this very moment.
    void send() { settle(freeze().batch); }

    /// Sends everything pending; the answer never comes, and the first look shows only `remote`.
    void lose(std::string_view remote) {
        static_cast<void>(freeze());
        reconcile(remote);
    }

    /// The values sent that are in that state.
    std::int64_t sent(std::string const& state) {
        return number(("SELECT count(*) FROM sent WHERE state = '" + state + "'").c_str());
    }

    static Conflict conflict(Path path, char const* base, char const* ours, char const* theirs,
                             Winner kept) {
        return {std::move(path), json(base), json(ours), json(theirs), kept};
    }

    static std::vector<std::string> keys(Batch const& batch) {
        std::vector<std::string> names;
        for (auto const& pending : batch) names.push_back(pending.key);
        return names;
    }

    std::int64_t now = 1'000;            ///< the wall clock
    Time clock = std::chrono::hours{5};  ///< the daemon's
    Connection connection = open_for_writing(":memory:");
    Ledger ledger{connection, [this] { return now; }};
    View view;
};

}  // namespace settings::store
