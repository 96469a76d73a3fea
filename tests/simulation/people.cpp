#include "tests/simulation/people.h"

#include <algorithm>
#include <array>

namespace settings::simulation {
namespace {

using namespace std::chrono_literals;

// Paths are those of leaves.h: names joined by slashes. So they are JSON pointers (RFC 6901) but
// for the first slash, and the way to a value is nlohmann's and not the product's.

Json::json_pointer pointer_of(std::string const& path) { return Json::json_pointer{'/' + path}; }

std::string dotted(std::string path) {
    std::replace(path.begin(), path.end(), '/', '.');
    return path;
}

std::optional<Json> value_at(Json const& document, std::string const& path) {
    auto const pointer = pointer_of(path);
    if (!document.contains(pointer)) return std::nullopt;
    return document.at(pointer);
}

Edit patch(std::string const& path, Json value) {
    Json partial;
    partial[pointer_of(path)] = std::move(value);
    return Patch{std::move(partial)};
}

bool rests_for(Device const& device, sync::Rest why) {
    auto const* resting = std::get_if<sync::Resting>(&device.engine().posture());
    return resting != nullptr && resting->why == why;
}

}  // namespace

People::People(World& world, Device& device, Oracle const& oracle, Climate const& climate)
    : world_{world}, device_{device}, oracle_{oracle}, climate_{climate} {
    device_.at_each_step([this] { interfere(); });
    live();
    check_up();
}

void People::live() {
    world_.after(world_.dice().about(climate_.between_bursts), [this] {
        if (is_resting_) return;
        burst(1 + world_.dice().below(6));
        live();
    });
}

void People::burst(std::size_t edits) {
    if (is_resting_) return;
    auto& dice = world_.dice();
    if (edits == 0) {
        bool const is_impatient = dice.chance(0.2);
        if (is_impatient && device_.is_up()) device_.sync_now();
        return;
    }
    edit();
    auto const pause = dice.chance(0.5) ? dice.between(1ms, 500ms) : dice.between(0s, 15s);
    world_.after(pause, [this, edits] { burst(edits - 1); });
}

void People::edit() {
    if (device_.is_up()) device_.edit(draw_edit());
}

/// Right when a round is under way.
void People::interfere() {
    if (is_resting_) return;
    auto& dice = world_.dice();
    if (dice.chance(0.1))
        device_.sync_now();
    else if (dice.chance(0.15))
        device_.log_in(who_logs_in());
    else if (dice.chance(0.5))
        edit();
    else
        world_.after(dice.between(1ms, 30s), [this] {
            if (!is_resting_) edit();
        });
}

// A person ---------------------------------------------------------------------------------------

void People::check_up() {
    world_.after(world_.dice().about(8h), [this] {
        if (is_resting_) return;
        check_up();
        if (!device_.is_up()) return;
        auto& dice = world_.dice();
        if (rests_for(device_, sync::Rest::login) && dice.chance(0.7)) device_.log_in();
        if (rests_for(device_, sync::Rest::account) && dice.chance(0.7)) device_.log_in();
        if (dice.chance(climate_.guest / 8) && is_at_home()) device_.log_in(Login::guest);
        review();
        auto const rejected = device_.disk().rejected();
        if (!rejected.empty() && dice.chance(0.3)) device_.retry_rejected();
        if (!rejected.empty() && dice.chance(0.2)) device_.discard_rejected(rejected.front().key);
        auto const conflicts = device_.disk().conflicts();
        if (!conflicts.empty() && dice.chance(0.3))
            device_.resolve_conflict(dice.one_of(conflicts), dice.chance(0.3));
        if (dice.chance(0.1)) device_.sync_now();
        if (dice.chance(0.02)) device_.pause();
        if (dice.chance(0.02)) insist(150);
        if (device_.is_up() && device_.is_paused() && dice.chance(0.5)) device_.unpause();
    });
}

/// Asks for a sync every few seconds, as a script might.
void People::insist(std::size_t times) {
    if (is_resting_ || times == 0) return;
    if (device_.is_up()) device_.sync_now();
    world_.after(world_.dice().between(1s, 4s), [this, times] { insist(times - 1); });
}

Login People::who_logs_in() {
    bool const is_guest = world_.dice().chance(climate_.guest) && is_at_home();
    return is_guest ? Login::guest : Login::home;
}

/// Whoever logs in first owns the settings; so guests come later.
bool People::is_at_home() const {
    return device_.is_up() && device_.engine().report().last_clean_round > 0;
}

/// Two people who refuse each other's documents would do so for ever, so in the end all agree.
void People::review() {
    auto& dice = world_.dice();
    auto const held = device_.engine().report().in_review;
    if (!held) return;
    if (!is_resting_ && dice.chance(0.3)) return;
    bool const refuses = !is_resting_ && dice.chance(0.5);
    auto const verdict = refuses ? Verdict::refuse : Verdict::apply;
    if (is_resting_ || dice.chance(0.5)) return device_.decide(verdict);
    std::vector<std::string> some;
    for (auto const& key : held->keys)
        if (dice.chance(0.4)) some.push_back(key);
    if (!some.empty()) device_.decide(verdict, some);
}

void People::put_right() {
    if (!device_.is_up()) return;
    if (device_.is_paused()) device_.unpause();
    if (rests_for(device_, sync::Rest::login)) device_.log_in();
    if (rests_for(device_, sync::Rest::account)) device_.log_in();
    // A bad value among others is found; one alone harms nobody, and so nobody looks for it.
    bool const fails = rests_for(device_, sync::Rest::backoff);
    if (fails || rests_for(device_, sync::Rest::stopped)) {
        device_.edit(patch("f0", fresh()));
        device_.sync_now();
    }
    review();
    auto const rejected = device_.disk().rejected();
    if (rejected.empty()) return;
    if (world_.dice().chance(0.5)) return device_.retry_rejected();
    for (auto const& [key, message] : rejected) device_.discard_rejected(key);
}

// What apps set ----------------------------------------------------------------------------------

Edit People::draw_edit() {
    auto const kind = world_.dice().below(100);
    if (climate_.calm_people) return draw_calm_edit(kind);
    if (kind < 62) return patch_leaf();
    if (kind < 72) return patch_several();
    if (kind < 78) return take_back();
    if (kind < 93) return erase_something();
    if (kind < 95) return replace_all();
    // Two names for one dotted path.
    if (kind < 98) return patch("d.ot", fresh());
    return patch("d/ot", fresh());
}

/// Most settings at once, some, or one. One that belongs to this device alone may go, for
/// everybody's could go on all devices in one night.
Edit People::draw_calm_edit(std::size_t kind) {
    if (kind < 10) return change_most();
    if (kind < 15) return Erase{{"own" + std::to_string(device_.number()) + ".a"}};
    return patch(any_leaf(), fresh());
}

Edit People::change_most() {
    Json partial = Json::object();
    for (auto const& [path, text] : leaves_of(oracle_.document(device_.number())))
        if (world_.dice().chance(0.8)) partial[pointer_of(path)] = fresh();
    return Patch{std::move(partial)};
}

Edit People::patch_leaf() {
    auto path = any_leaf();
    Json value = fresh();
    replaced_.emplace_back(path, value_at(oracle_.document(device_.number()), path));
    // An object where there was a plain value, or the other way round.
    if (world_.dice().chance(0.04)) {
        if (auto const end = path.rfind('/'); end != std::string::npos)
            path.resize(end);
        else
            value = Json{{"a", value}};
    }
    return patch(path, std::move(value));
}

// merge_patch() is RFC 7396, in which null removes. No value here is null.

Edit People::patch_several() {
    Json partial = Json::object();
    for (auto count = 2 + world_.dice().below(4); count > 0; --count)
        partial.merge_patch(std::get<Patch>(patch_leaf()).partial);
    return Patch{std::move(partial)};
}

Edit People::take_back() {
    if (replaced_.empty()) return patch_leaf();
    auto const [path, value] = replaced_.back();
    replaced_.pop_back();
    if (value) return patch(path, *value);
    return Erase{{dotted(path)}};
}

Edit People::erase_something() {
    auto& dice = world_.dice();
    Erase erase{{dotted(any_leaf())}};
    if (dice.chance(0.3)) erase.paths = {"n" + std::to_string(dice.below(4))};
    if (dice.chance(0.05)) erase.paths = {"d.ot"};
    if (dice.chance(0.2)) erase.paths.push_back("n0.x");
    return erase;
}

Edit People::replace_all() {
    auto document = oracle_.document(device_.number());
    document.erase("f" + std::to_string(world_.dice().below(6)));
    document.merge_patch(std::get<Patch>(patch_leaf()).partial);
    return Replace{std::move(document)};
}

Json People::fresh() {
    auto& dice = world_.dice();
    auto const number = ++stamps_;
    auto text = device_.name() + '-' + std::to_string(number);
    if (dice.chance(climate_.poison)) return text + " poison";
    if (dice.chance(climate_.large)) return text + std::string(1'000, ' ');
    switch (dice.below(10)) {
        case 0: return Json::array({text});
        case 1: return 1'000'000 * (device_.number() + 1) + number;
        default: return text;
    }
}

/// Some keys belong to one device alone, most are everybody's.
std::string People::any_leaf() {
    auto& dice = world_.dice();
    if (dice.chance(0.15)) return "own" + std::to_string(device_.number()) + "/a";
    if (dice.chance(0.3)) return 'f' + std::to_string(dice.below(6));
    auto path = 'n' + std::to_string(dice.below(4));
    if (dice.chance(0.2)) path += "/x";
    return path + '/' + static_cast<char>('a' + dice.below(3));
}

}  // namespace settings::simulation
