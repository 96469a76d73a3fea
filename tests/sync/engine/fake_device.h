#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sync/engine/engine.h"
#include "sync/engine/reply.h"

namespace settings::sync {

/// The server: keeps a document, refuses what it is told to refuse.
struct FakeServer {
    Json document = Json::object();
    std::set<std::string> poison;       ///< keys it never takes; a PUT that has one gets a 400
    bool refuses_everything = false;    ///< a 400 to every PUT, and to every DELETE
    bool ignores_removals = false;      ///< accepts a DELETE, and does not do it
    std::size_t most_keys = SIZE_MAX;   ///< a PUT with more gets a 413
    std::set<std::string> too_large{};  ///< a PUT that has one gets a 413

    /// Carries the request out, or says why not.
    [[nodiscard]] Answer handle(Request const& request);

  private:
    void remove(Json const& keys);
    [[nodiscard]] std::optional<unsigned> objection(Json const& values) const;
};

/// The store: what it must do for the engine and no more, key by key. Keeps the promises of
/// store_conformance_test.cpp, as the real one does.
struct FakeStore {
    struct Row {
        std::optional<Json> local, mirror;
        std::uint64_t edited = 0;      ///< order of the last edit
        std::optional<Time> retry_at;  ///< set aside until then
        unsigned refusals = 0;         ///< of this value
    };
    std::map<std::string, Row> rows;
    std::optional<MassChange> hold;  ///< answers a merge without verdict on it with this
    std::set<std::string> held;      ///< keys that such a document touches
    Owner owner;                     ///< whose it is; holds another one's document, without a word
    std::optional<Time> look_at;     ///< the next look that the backlog asks for
    std::string memory;              ///< text that was kept with the last effect

    void edit(std::string const& key, std::optional<Json> value);
    [[nodiscard]] Event carry_out(StoreEffect const& effect, std::string const& text, Time now);

    [[nodiscard]] Backlog backlog() const;
    [[nodiscard]] std::vector<std::string> set_aside() const;
    [[nodiscard]] bool is_synced(Json const& document) const;  ///< nothing of ours is missing there

  private:
    [[nodiscard]] Remembered perform(Remember const&, Time) const { return {}; }
    [[nodiscard]] Reconciled perform(Reconcile const& merge, Time now);
    [[nodiscard]] Reconciled held_back(Texts const& remote);
    [[nodiscard]] Frozen perform(Freeze const& freeze, Time now);
    [[nodiscard]] Settled perform(Settle const& settle, Time);
    [[nodiscard]] SetAside perform(Reject const& reject, Time);
    [[nodiscard]] std::vector<std::string> pending() const;
    std::uint64_t edits_ = 0;
};

/// An engine with a server and a store, and a clock that jumps from rest to rest.
class FakeDevice {
  public:
    explicit FakeDevice(std::uint32_t seed = 1, Memory const& memory = {});

    void edit(std::string const& key, std::optional<Json> value);

    /// One round, begun when its time has come: its effects, and the rest after it (effect_text.h).
    std::vector<std::string> round();

    /// Rounds until that time.
    void run_until(Time end);

    /// Begins a new process in the place of this one, with what the old one wrote down.
    void restart();

    /// Has the server carry out what is its to carry out, and tells nobody.
    void lose_answer(Effect const& effect);

    /// Asked about each effect first; its event stands for the world's own answer.
    std::function<std::optional<Event>(Effect const&)> interfere;
    std::function<void()> meanwhile = [] {};  ///< called while each effect is carried out

    FakeServer server;
    FakeStore store;
    TokenState token;
    Time now{0};
    Engine engine;
    std::vector<Time> requests;       ///< when each was made
    std::vector<std::string> faults;  ///< promises that the engine has broken

  private:
    [[nodiscard]] std::optional<Effect> tell(Event event);
    [[nodiscard]] Event perform(Effect const& effect);
    [[nodiscard]] Event carry_out(StoreEffect const& effect);
    [[nodiscard]] Event carry_out(WireEffect const& effect);
    [[nodiscard]] Event carry_out(Renew const&);
    void check(std::optional<Effect> const& effect);

    std::uint32_t seed_;
};

/// Whether the engine's effect is a request to the server.
[[nodiscard]] bool is_request(Effect const& effect);

}  // namespace settings::sync
