// What must hold of the sync, step by step.

#include <algorithm>
#include <array>
#include <utility>

#include "tests/simulation/edits.h"
#include "tests/simulation/oracle.h"

namespace settings::simulation {
namespace {

using namespace std::chrono_literals;

/// On a healthy network an edit is at the server within this: debounce, four requests, and a batch
/// more for what was edited meanwhile.
constexpr Time promptly = 60s;
constexpr Time until_healthy = 40min;

bool is_about(std::vector<Conflict> const& conflicts, std::string const& path) {
    return std::any_of(conflicts.begin(), conflicts.end(), [&](Conflict const& conflict) {
        std::string joined;
        for (auto const& name : conflict.path) joined += (joined.empty() ? "" : "/") + name;
        return path.starts_with(joined) || joined.starts_with(path);
    });
}

/// A document of one key; of none when the value is absent.
Json with_key(std::string const& key, std::optional<Json> const& value) {
    return value ? Json{{key, *value}} : Json::object();
}

/// The service itself says no, as its documentation words it; a gateway has other words.
bool is_the_services_no(sync::Answer const& answer) {
    auto const body = Json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
    return body.is_object() && body.contains("success") && body["success"] == false;
}

/// Whether a device waits for a person, for the server's Retry-After or for its budget.
bool waits_for_others(sync::Posture const& posture) {
    auto const* resting = std::get_if<sync::Resting>(&posture);
    if (resting == nullptr) return false;
    switch (resting->why) {
        case sync::Rest::retry_after:
        case sync::Rest::budget:
        case sync::Rest::login:
        case sync::Rest::review:
        case sync::Rest::account:
        case sync::Rest::stopped: return true;
        default: return false;
    }
}

}  // namespace

void Oracle::asked(Device& device, sync::StoreEffect const& effect) {
    if (auto const* merge = std::get_if<sync::Reconcile>(&effect)) reconciles(device, *merge);
    if (auto const* reject = std::get_if<sync::Reject>(&effect)) rejects(device, *reject);
}

void Oracle::carried_out(Device& device, sync::Event const& event) {
    if (auto const* outcome = std::get_if<Reconciled>(&event)) reconciled(device, *outcome);
}

void Oracle::reconciles(Device& device, sync::Reconcile const& merge) {
    auto& watched = devices_.at(device.number());
    watched.pace.looked(world_.now());
    watched.pending = device.disk().dirty();
    watched.verdict = merge.look.judgement.verdict;
    watched.known = 0;
    for (auto const& [key, leaves] : watched.leaves)
        if (!watched.pending.contains(key)) watched.known += filled(leaves);
    for (auto const& [key, setting] : watched.pending)
        watched.known += filled(leaves_of(key, setting.mirror));
    watched.is_fake = merge.look.remote.empty() && !server_.document().empty();
    watched.theirs = leaves_of(Json::parse(merge.look.remote.text()));
    watched.has_met = device.disk().ledger().bond().owner().has_value();
}

/// No pending edit gave way unseen.
void Oracle::reconciled(Device& device, Reconciled const& outcome) {
    auto& watched = devices_.at(device.number());
    auto const verdict = std::exchange(watched.verdict, Verdict::none);
    for (auto const& conflict : outcome.conflicts) history_.kept(conflict);
    if (outcome.held && climate_.calm_people && !watched.is_fake)
        throw Violation{"ordinary life", device.name() +
                                             " holds a document in which people changed much and "
                                             "removed little"};
    bool const is_first = !watched.has_met && !outcome.held && !outcome.encounter;
    if (is_first) check_first_meeting(device);
    if (verdict == Verdict::refuse && !outcome.held) {
        history_.gave_up(server_.document());
        for (auto const& [key, leaves] : watched.leaves) put_back(device, key);
    }
    check_pending(device, outcome, is_first, verdict == Verdict::apply);
}

/// A person puts a key back at the server: as good as an edit of each leaf.
void Oracle::put_back(Device& device, std::string const& key) {
    auto& watched = devices_.at(device.number());
    auto const theirs = copy_of(member(&server_.document(), key));
    if (theirs) history_.gave_up(Json{{key, *theirs}});
    // On the word of a server that calls itself empty there is nothing left to remove.
    if (auto const found = watched.pending.find(key); found != watched.pending.end())
        compare(leaves_of(key, found->second.mirror), leaves_of(key, found->second.local),
                [&](auto const& path, auto const*, auto const* ours) {
                    if (watched.is_fake && ours == nullptr) history_.gave_up_removal(path);
                });
    watched.edited.insert(key);
    for (auto const& [path, text] : watched.leaves[key])
        history_.changed(device.number(), path, &text, true);
}

void Oracle::decides(Device& device, Verdict verdict) {
    auto& watched = devices_.at(device.number());
    watched.pending = device.disk().dirty();
    watched.verdict = verdict;
    watched.undecided = watched.document;
}

/// The keys that nobody named are as they were.
void Oracle::decided(Device& device, std::vector<std::string> const& keys,
                     Reconciled const& outcome) {
    auto& watched = devices_.at(device.number());
    auto const verdict = std::exchange(watched.verdict, Verdict::none);
    for (auto const& conflict : outcome.conflicts) history_.kept(conflict);
    auto now = watched.document;
    for (auto const& key : keys) {
        watched.undecided.erase(key);
        now.erase(key);
        if (verdict == Verdict::refuse) put_back(device, key);
    }
    if (now != watched.undecided)
        throw Violation{"decision", "a person's word on some settings of " + device.name() +
                                        " changed others: " +
                                        difference(leaves_of(now), leaves_of(watched.undecided))};
    check_pending(device, outcome, false, verdict == Verdict::apply);
}

/// What a person takes over, or what was met first, wins over what is pending, as a conflict.
void Oracle::check_pending(Device& device, Reconciled const& outcome, bool is_first,
                           bool is_applied) {
    auto& watched = devices_.at(device.number());
    for (auto const& [key, setting] : watched.pending) {
        auto const& now = watched.leaves[key];
        compare(leaves_of(key, setting.mirror), leaves_of(key, setting.local),
                [&](auto const& path, auto const*, auto const* ours) {
                    auto const found = now.find(path);
                    auto const* stands = found == now.end() ? nullptr : &found->second;
                    bool const stays =
                        ours == nullptr || stands == nullptr ? ours == stands : *ours == *stands;
                    bool const is_empty = ours != nullptr && *ours == "{}";
                    bool const may_give_way =
                        climate_.winner == Winner::remote || is_first || is_applied;
                    bool const gave_way = may_give_way && is_about(outcome.conflicts, path);
                    bool const was_to_win =
                        climate_.winner == Winner::local || is_first || is_applied;
                    if (gave_way && !was_to_win && !stays && ours != nullptr && stands != nullptr &&
                        !watched.emptied.contains(path) && !history_.has_vanished(path) &&
                        history_.is_own(device.number(), path, device.read_version()))
                        throw Violation{"own past", path + " of " + device.name() +
                                                        " gave way to an older value of its own"};
                    if (stays || is_empty || gave_way) return;
                    throw Violation{"pending edit", path + " of " + device.name() + " was " +
                                                        (ours ? *ours : "(gone)") +
                                                        " and not yet sent, and became " +
                                                        (stands ? *stands : "(gone)")};
                });
    }
}

/// What the account had when the device met it first is what the device has.
void Oracle::check_first_meeting(Device const& device) {
    auto const& watched = devices_.at(device.number());
    auto const ours = leaves_of(watched.document);
    for (auto const& [path, text] : watched.theirs) {
        auto const found = ours.find(path);
        bool const is_there = text == "{}" || (found != ours.end() && found->second == text);
        if (!is_there)
            throw Violation{"first meeting",
                            path + " of the account is not what " + device.name() + " has"};
    }
}

void Oracle::requested(Device& device, Call const& call) {
    auto& watched = devices_.at(device.number());
    watched.pace.requested(world_.now());
    watched.has_way = network_.link(device.number()) == Network::Link::up;
    if (call.method != "PUT" && call.method != "DELETE") return;
    if (Server::login_of(call.token) == Login::guest)
        throw Violation{"whose", device.name() + " sends to a guest's account: " + call.body};
    ++watched.writes;
    if (call.method != "PUT") return;
    auto const body = Json::parse(call.body);
    for (auto const& member : body.items())
        if (!watched.edited.contains(member.key()))
            throw Violation{"echo", device.name() + " sends " + member.key() +
                                        ", which none of its apps has changed"};
}

void Oracle::answered(Device& device, sync::Answer const& answer) {
    constexpr std::array statuses{401U, 403U, 404U, 405U, 410U};  // 401 to a write
    bool const is_one =
        std::find(statuses.begin(), statuses.end(), answer.status) != statuses.end();
    devices_.at(device.number()).is_sent_away = is_one && is_the_services_no(answer);
}

void Oracle::failed(Device& device, sync::Failure const& failure, bool of_renewal) {
    check_words(device, failure.message);
    constexpr unsigned accepted = 200;
    bool const is_well = !is_faulty() && devices_.at(device.number()).has_way;
    if (is_well && failure.status == accepted)
        throw Violation{"lenient", device.name() +
                                       " cannot do with an answer of a server that is "
                                       "well: " +
                                       failure.message};
    if (!of_renewal) devices_.at(device.number()).pace.failed();
    if (failure.retry_after && asks_for_patience(failure.fault))
        devices_.at(device.number()).pace.told_to_wait(world_.now() + *failure.retry_after);
}

void Oracle::check_words(Device const& device, std::string const& words) {
    if (words.find("SECRET") != std::string::npos)
        throw Violation{"secrecy", device.name() + " says: " + words};
}

bool Oracle::is_faulty() const {
    return climate_.lose_request > 0 || climate_.lose_answer > 0 || climate_.arrive_late > 0 ||
           climate_.stray_error > 0 || climate_.false_yes > 0 ||
           climate_.between_server_ills > Time{0};
}

/// Only what the server really refuses is set aside.
void Oracle::rejects(Device& device, sync::Reject const& reject) {
    auto const& [batch, refusal, retry_at, doubt] = reject;
    check_words(device, refusal.message);
    bool const proves_nothing = world_.now() < refused_until_ + 2h;
    for (auto const& pending : batch) {
        auto const local = with_key(pending.key, pending.local);
        bool const removes = loses_a_name(with_key(pending.key, pending.mirror), local);
        bool const is_unclear = refusal.status == 0 && !pending.unclear.empty();
        bool const is_guilty =
            server_.refuses(pending.key, pending.local) || server_.is_too_large(local);
        // Where requests fail by themselves, one may do so right when its key is suspected.
        bool const is_bad_luck =
            refusal.status == 200 ? climate_.false_yes > 0
                                  : refusal.status != 400 && refusal.status != 413 && is_faulty();
        // What a look missed twice may be another device's doing: it is tried again like all
        // others, and a failure of that one request is then the last word on it.
        bool const is_unkept = refusal.status == 200 || pending.refusals > 0;
        if (is_bad_luck || is_unclear || is_guilty || proves_nothing || removes || is_unkept)
            continue;
        throw Violation{"quarantine", device.name() + " sets " + pending.key + " aside with " +
                                          std::to_string(refusal.status) + " \"" + refusal.message +
                                          "\""};
    }
    world_.tell(device.name(), [&] {
        return "sets " + batch.front().key + " aside: " + std::to_string(refusal.status) + ' ' +
               refusal.message;
    });
}

void Oracle::watch(Device& device) {
    note_waiting(device);
    count_failures(device);
    auto const& posture = device.engine().posture();
    if (std::holds_alternative<sync::Awaiting>(posture)) {
        if (!device.is_performing())
            throw Violation{"stuck", device.name() + " waits for an answer to nothing"};
    } else if (auto const* resting = std::get_if<sync::Resting>(&posture)) {
        check_rest(device, *resting);
    }
}

void Oracle::count_failures(Device const& device) {
    auto& watched = devices_.at(device.number());
    auto const report = device.engine().report();
    auto const rounds = std::exchange(watched.clean_rounds, report.last_clean_round);
    bool const has_ended_well = report.last_clean_round > rounds || report.in_review;
    watched.pace.failed_in_a_row(report.failures, has_ended_well);
}

void Oracle::check_rest(Device& device, sync::Resting const& resting) {
    auto const claim = [&](bool holds, char const* what) {
        if (!holds) throw Violation{"named", device.name() + " rests, but " + what};
    };
    auto const now = device.clock();
    claim(resting.until <= now + 25h, "for longer than a day");
    auto const report = device.engine().report();
    switch (resting.why) {
        case sync::Rest::idle:
        case sync::Rest::verify:
        case sync::Rest::retry:
            claim(device.disk().ledger().mirror().backlog().pending == 0,
                  "calls itself synced and is not");
            break;
        case sync::Rest::offline:
            claim(
                resting.until <= now + 5s || network_.link(device.number()) == Network::Link::down,
                "calls itself offline and is not");
            break;
        case sync::Rest::login: {
            auto const generation = device.wallet().generation();
            claim(device.wallet().grant().access.empty() || device.refused_token() == generation ||
                      device.refused_renewal() == generation,
                  "wants a login although its token was never refused");
            break;
        }
        case sync::Rest::retry_after:
            // Not until when: after a reboot the daemon's clock is behind.
            claim(patience(device.number()) > Time{0}, "no server asked for that");
            break;
        case sync::Rest::account:
            claim(report.encounter.has_value(), "no other account's document is there");
            break;
        case sync::Rest::review: claim(report.in_review.has_value(), "nothing is to review"); break;
        case sync::Rest::stopped:
            claim(devices_.at(device.number()).is_sent_away, "the service has sent nobody away");
            break;
        case sync::Rest::budget:
            claim(resting.until <= now + 11min, "a full budget takes ten minutes");
            break;
        case sync::Rest::backoff:
            claim(resting.until <= now + std::max<Time>(30min + 1s, climate_.look_every * 7 / 6),
                  "no backoff is so long");
            break;
        case sync::Rest::due:
        case sync::Rest::debounce: break;
    }
}

void Oracle::note_waiting(Device const& device) {
    if (waits_for_others(device.engine().posture()))
        devices_.at(device.number()).waited_at = world_.now();
}

void Oracle::expect_prompt(Device& device) {
    auto& watched = devices_.at(device.number());
    if (watched.promptness_is_due) return;
    watched.promptness_is_due = true;
    world_.after(promptly, [this, &device] { check_promptness(device); });
}

/// An edit that met no trouble has arrived.
void Oracle::check_promptness(Device& device) {
    devices_.at(device.number()).promptness_is_due = false;
    auto const& rules = server_.rules();
    bool const keeps_its_word =
        climate_.false_yes == 0 && rules.unknown.empty() && !rules.drops_empty;
    if (!keeps_its_word) return;
    auto const now = world_.now();
    bool const is_edited_again = now < device.edited_at() + promptly;
    if (is_edited_again) return expect_prompt(device);
    if (device.is_up()) note_waiting(device);
    bool const is_healthy = device.is_up() && !device.is_paused() &&
                            network_.link(device.number()) == Network::Link::up &&
                            server_.ill() == Server::Ill::none && !device.disk().is_full() &&
                            now > device.troubled_at() + until_healthy &&
                            now > devices_.at(device.number()).waited_at + until_healthy;
    if (!is_healthy) return;
    if (device.disk().ledger().mirror().backlog().pending > 0)
        throw Violation{"promptness",
                        "an edit of " + device.name() +
                            " is not at the server after a minute of good health: it " +
                            describe(device.engine().posture(), device.clock())};
}

}  // namespace settings::simulation
