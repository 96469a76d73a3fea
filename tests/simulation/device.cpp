#include "tests/simulation/device.h"

#include <utility>

#include "tests/simulation/oracle.h"

namespace settings::simulation {
namespace {

using namespace std::chrono_literals;

}  // namespace

Device::Device(std::size_t number, World& world, Server& server, Network& network, Oracle& oracle,
               Climate const& climate)
    : number_{number},
      name_{"d" + std::to_string(number)},
      world_{world},
      server_{server},
      network_{network},
      oracle_{oracle},
      climate_{climate},
      disk_{[this] { return wall().count(); }} {
    if (!climate_.late_logins) wallet_.keep(server_.log_in(climate_.renewable, world_.now()));
}

Time Device::clock() const { return since_boot() + clock_offset_; }

// What befalls it -------------------------------------------------------------------------------

void Device::start() {
    if (engine_ || is_off_ || is_asleep_) return;
    disk_.restart();
    auto const memory = sync::memory_from(disk_.ledger().memory().recall().value_or(""));
    clock_offset_ = sync::clock_offset(memory.clock, boot_id(), since_boot());
    sync::Options options;
    options.look_every = climate_.look_every;
    options.look_soonest = climate_.look_soonest;
    options.winner = climate_.winner;
    engine_.emplace(options, world_.dice().seed(), memory, wallet_.state(wall(), clock()), clock());
    engine_->network_changed(network_.link(number_) != Network::Link::down, clock());
    view_ = {};
    view_.apply(oracle_.whole(number_));
    oracle_.started(*this);
    world_.tell(name_, [] { return "starts"; });
    arm();
}

void Device::crash(char const* why) {
    if (!engine_) return;
    world_.tell(name_, [&] { return std::string{"crashes "} + why; });
    ++incarnation_;
    ++timer_;
    armed_for_.reset();
    step_.reset();
    engine_.reset();
    disk_.restart();
    oracle_.crashed(*this);
    troubled_at_ = world_.now();
    world_.after(world_.dice().between(100ms, 5s), [this] { start(); });
}

void Device::suspend() {
    if (is_asleep_ || is_off_) return;
    world_.tell(name_, [] { return "goes to sleep"; });
    is_asleep_ = true;
}

void Device::resume() {
    if (!is_asleep_) return;
    world_.tell(name_, [] { return "wakes up"; });
    is_asleep_ = false;
    troubled_at_ = world_.now();
    if (!engine_) return start();
    ++timer_;
    armed_for_.reset();
    if (step_) {
        auto const deed = [this, incarnation = ++incarnation_] {
            if (incarnation != incarnation_ || is_asleep_) return;
            if (!is_requesting()) return store();
            sync::Failure lost{sync::Fault::unknown_outcome, "the connection is gone"};
            feed(sync::Failed{std::move(lost)});
        };
        world_.after(10ms, deed);
    }
    hint([this](sync::Engine& engine) {
        engine.network_changed(network_.link(number_) != Network::Link::down, clock());
        engine.woke_up(clock());
    });
}

void Device::reboot(Time off_for) {
    if (is_off_) return;
    is_asleep_ = false;
    crash("as the machine goes off");
    is_off_ = true;
    world_.after(off_for, [this] { power_on(); });
}

void Device::power_on() {
    if (!std::exchange(is_off_, false)) return;
    ++boots_;
    booted_at_ = world_.now();
    start();
}

void Device::step_clock(Time by) {
    world_.tell(name_, [&] { return "wall clock " + clock_face(by); });
    wall_offset_ = by;
}

void Device::set_link(Network::Link link) {
    auto const before = network_.link(number_);
    network_.set_link(number_, link);
    troubled_at_ = world_.now();
    if (link == before || !is_up()) return;
    world_.tell(name_, [&] { return "link " + std::to_string(static_cast<int>(link)); });
    hint([&](sync::Engine& engine) {
        engine.network_changed(link != Network::Link::down, clock());
    });
}

void Device::fill_disk(bool is_full) {
    disk_.set_full(is_full);
    troubled_at_ = world_.now();
    world_.tell(name_, [&] { return is_full ? "disk full" : "disk has room"; });
}

// What apps and people do -----------------------------------------------------------------------

bool Device::edit(Edit const& edit) {
    auto const expected = oracle_.expected_after(number_, edit);
    Revision revision = 0;
    bool const acknowledged = disk_.write(
        [&](store::Ledger& ledger) { revision = ledger.apply(edit, "app").value().revision; });
    if (!acknowledged) return false;
    edited_at_ = world_.now();
    publish();
    oracle_.acknowledged(*this, expected);
    return true;
}

void Device::resolve_conflict(std::int64_t id, bool restore) {
    act([&](store::Ledger& ledger) {
        (void)ledger.decisions().resolve_conflict(id, restore, "person");
    });
}

void Device::retry_rejected() {
    act([](store::Ledger& ledger) { (void)ledger.decisions().retry_rejected(std::nullopt); });
    sync_now();
}

void Device::discard_rejected(std::string const& key) {
    act([&](store::Ledger& ledger) { (void)ledger.decisions().discard_rejected(key, "person"); });
}

void Device::act(std::function<void(store::Ledger&)> const& work) {
    if (!disk_.write(work)) return;
    edited_at_ = world_.now();
    publish();
}

/// What the writer's commit brings about in the daemon.
void Device::publish() {
    auto const commit = disk_.ledger().take_commit();
    if (commit.changes.empty()) return;
    view_.apply(commit);
    world_.tell(name_, [&] {
        std::string text = "revision " + std::to_string(commit.revision);
        for (auto const& [key, value, by_app] : commit.changes)
            text += (by_app ? ", app: " : ", remote: ") + key + " = " + (value ? *value : "(gone)");
        return text;
    });
    oracle_.committed(*this, commit);
    std::vector<std::string> edited;
    for (auto const& change : commit.changes)
        if (change.by_app) edited.push_back(change.key);
    if (!edited.empty()) hint([&](sync::Engine& engine) { engine.edited(clock(), edited); });
}

void Device::sync_now() {
    world_.tell(name_, [] { return "a person asks for a sync"; });
    oracle_.wished(number_);
    hint([this](sync::Engine& engine) { engine.sync_now(clock()); });
}

void Device::pause() {
    world_.tell(name_, [] { return "is paused"; });
    hint([](sync::Engine& engine) { engine.pause(); });
    note_memory();
    troubled_at_ = world_.now();
}

void Device::unpause() {
    world_.tell(name_, [] { return "goes on"; });
    hint([this](sync::Engine& engine) { engine.resume(clock()); });
    note_memory();
    troubled_at_ = world_.now();
}

void Device::decide(Verdict verdict) {
    world_.tell(name_, [&] {
        return verdict == Verdict::apply ? "the review says: apply" : "the review says: refuse";
    });
    oracle_.wished(number_);
    hint([&](sync::Engine& engine) { engine.decide(verdict, clock()); });
}

void Device::decide(Verdict verdict, std::vector<std::string> const& keys) {
    world_.tell(name_, [&] {
        std::string text = verdict == Verdict::apply ? "a person applies" : "a person refuses";
        for (auto const& key : keys) text += ' ' + key;
        return text;
    });
    Judgement const word{verdict, engine_->report().in_review.value().document};
    std::optional<Reconciled> outcome;
    auto const work = [&](store::Ledger& ledger) {
        if (auto done = ledger.mirror().decide(keys, word, clock())) outcome = *std::move(done);
    };
    oracle_.decides(*this, verdict);
    if (crashes_here()) {
        disk_.write_and_crash(work);
        return crash("as a person decides");
    }
    if (!disk_.write(work) || !outcome) return oracle_.decided(*this, {}, {});
    publish();
    oracle_.decided(*this, keys, *outcome);
    edited_at_ = world_.now();
    oracle_.wished(number_);
    hint([&](sync::Engine& engine) { engine.decided(std::move(outcome->held), clock()); });
}

void Device::log_in(Login login) {
    world_.tell(name_,
                [&] { return login == Login::home ? "a person logs in" : "a guest logs in"; });
    oracle_.logged_in(number_);
    server_.revoke(wallet_.grant().access, wallet_.grant().refresh);
    wallet_.keep(server_.log_in(climate_.renewable, world_.now(), login));
    troubled_at_ = world_.now();
    if (!is_up()) return;
    hint([this](sync::Engine& engine) {
        engine.token_changed(wallet_.state(wall(), clock()), clock());
    });
}

void Device::hint(std::function<void(sync::Engine&)> const& kind) {
    oracle_.note_waiting(*this);
    kind(*engine_);
    arm();
    oracle_.watch(*this);
}

}  // namespace settings::simulation
