#include "tests/simulation/history.h"

#include <algorithm>

#include "tests/simulation/violation.h"

namespace settings::simulation {
namespace {

std::string key_of(std::string const& path) { return path.substr(0, path.find('/')); }

}  // namespace

void History::changed(std::size_t device, std::string const& path, std::string const* value,
                      bool by_app) {
    auto& known = leaf(path);
    auto const now = id(value);
    known.seen[device].push_back({now, by_app});
    if (!by_app) return;
    ++known.issues[now];
    ++edits_;
}

void History::written(std::size_t writer, std::string const& path, std::string const* before,
                      std::string const* value, std::uint64_t read, std::uint64_t version) {
    written_[key_of(path)] = version;
    auto& known = leaf(path);
    bool const was_unseen = known.version > read;
    if (was_unseen) known.replaced.insert(id(before));
    if (was_unseen && known.writer != writer) known.trodden.insert(id(before));
    known.version = version;
    known.writer = writer;
    if (writer < devices_) return;
    known.seen[writer].push_back({id(before), false});
    known.seen[writer].push_back({id(value), true});
    ++known.issues[id(value)];
}

void History::kept(Conflict const& conflict) {
    for (auto const* side : {&conflict.ours, &conflict.theirs})
        for (auto const& [path, text] : leaves_of("", *side)) kept_.insert(id(&text));
    std::string top;
    for (auto const& name : conflict.path) top += (top.empty() ? "" : "/") + name;
    auto const& winner = conflict.kept == Winner::local ? conflict.ours : conflict.theirs;
    if (!winner || !winner->is_object()) return;
    for (auto const& [path, text] : leaves_of(top, *winner)) ++leaf(path).issues[id(&text)];
}

void History::vanished(std::string const& path, std::string const* value, std::uint64_t version) {
    leaf(path).vanished[id(value)] = version;
}

bool History::has_vanished(std::string const& path) const {
    auto const known = leaves_.find(path);
    return known != leaves_.end() && !known->second.vanished.empty();
}

/// Whether the server never had a value that it had promised, and its key was written since then.
bool History::was_vain(std::string const& path, Leaf const& leaf, Value value) const {
    auto const promise = leaf.vanished.find(value);
    auto const written = written_.find(key_of(path));
    return promise != leaf.vanished.end() && written != written_.end() &&
           written->second > promise->second;
}

bool History::is_own(std::size_t device, std::string const& path, std::uint64_t version) const {
    auto const known = leaves_.find(path);
    if (known == leaves_.end()) return false;
    auto const& leaf = known->second;
    return leaf.version > 0 && leaf.version <= version && leaf.writer == device;
}

void History::gave_up(Json const& document) {
    for (auto const& [path, text] : leaves_of(document)) gave_up(text);
}

void History::judge(Leaves const& document) const {
    for (auto const& [path, known] : leaves_) {
        auto const stands = document.find(path);
        Value final = 0;
        if (stands != document.end()) {
            auto const value = ids_.find(stands->second);
            final = value == ids_.end() ? ~Value{0} : value->second;
        }
        judge_overtaken(path, known, final);
        judge_lost(path, known, final);
    }
    for (auto const& [path, text] : document)
        if (!leaves_.contains(path)) throw Violation{"invented", path + " is " + text};
}

void History::judge_overtaken(std::string const& path, Leaf const& leaf, Value final) const {
    bool const is_nothing = final == 0 || (final < texts_.size() && texts_[final] == "{}");
    if (is_nothing) return;
    auto const issues = leaf.issues.find(final);
    if (issues == leaf.issues.end()) throw Violation{"invented", path + " was never set so"};
    if (issues->second > 1) return;
    for (std::size_t device = 0; device <= devices_; ++device) {
        auto const newer = newer_than(leaf, device, final);
        if (!newer) continue;
        throw Violation{"overtaken", path + " ended as " + texts_[final] + ", but d" +
                                         std::to_string(device) + " had set it to " +
                                         texts_[*newer] + " after it had seen that"};
    }
}

/// What the device set last after it had seen the value, unless somebody can see that it lost.
std::optional<History::Value> History::newer_than(Leaf const& leaf, std::size_t device,
                                                  Value value) const {
    auto const& steps = leaf.seen[device];
    auto step = std::find_if(steps.begin(), steps.end(),
                             [&](Step const& each) { return each.value == value; });
    if (step == steps.end()) return std::nullopt;
    bool const must_stand = step->by_app && winner_ == Winner::local;
    std::optional<Value> newer;
    for (; step != steps.end(); ++step) {
        if (!step->by_app || step->value == value) continue;
        if (leaf.trodden.contains(step->value)) return std::nullopt;
        newer = step->value;
    }
    if (newer && may_seem_late(leaf, device, *newer)) return std::nullopt;
    if (newer && leaf.replaced.contains(*newer) && kept_.contains(*newer)) return std::nullopt;
    bool const has_vanished = newer && leaf.vanished.contains(*newer);
    if (has_vanished && (*newer == 0 || kept_.contains(*newer))) return std::nullopt;
    if (newer && !must_stand && (*newer == 0 || kept_.contains(*newer))) return std::nullopt;
    return newer;
}

/// Whether another device may have taken the value for a late request of its own: it had set the
/// same one, and what it overruled is kept. (A removal has no value to be kept.)
bool History::may_seem_late(Leaf const& leaf, std::size_t device, Value value) const {
    if (value != 0 && !kept_.contains(value)) return false;
    for (std::size_t other = 0; other < devices_; ++other) {
        auto const& steps = leaf.seen[other];
        bool const has_set_it = std::any_of(steps.begin(), steps.end(), [value](Step const& each) {
            return each.by_app && each.value == value;
        });
        if (other != device && has_set_it) return true;
    }
    return false;
}

void History::judge_lost(std::string const& path, Leaf const& leaf, Value final) const {
    auto const issues = leaf.issues.find(final);
    if (final != 0 && issues != leaf.issues.end() && issues->second > 1) return;
    for (std::size_t device = 0; device < devices_; ++device) {
        auto const& steps = leaf.seen[device];
        auto const last = std::find_if(steps.rbegin(), steps.rend(),
                                       [](Step const& each) { return each.by_app; });
        if (last == steps.rend() || last->value == 0 || last->value == final) continue;
        auto const value = last->value;
        if (texts_[value] == "{}") continue;
        bool const is_explained = leaf.issues.at(value) > 1 || kept_.contains(value) ||
                                  leaf.replaced.contains(value) || is_followed(leaf, value) ||
                                  was_vain(path, leaf, value);
        if (is_explained) continue;
        throw Violation{"lost", path + " ended as " +
                                    (final < texts_.size() ? texts_[final] : "something") +
                                    ", and " + texts_[value] + " of d" + std::to_string(device) +
                                    " is nowhere"};
    }
}

/// Whether somebody who had seen the value changed it.
bool History::is_followed(Leaf const& leaf, Value value) {
    return std::any_of(leaf.seen.begin(), leaf.seen.end(), [&](auto const& steps) {
        auto const seen = std::find_if(steps.begin(), steps.end(),
                                       [&](Step const& each) { return each.value == value; });
        return std::any_of(seen, steps.end(),
                           [&](Step const& each) { return each.by_app && each.value != value; });
    });
}

History::Leaf& History::leaf(std::string const& path) {
    auto& known = leaves_[path];
    known.seen.resize(devices_ + 1);
    return known;
}

History::Value History::id(std::string const* value) {
    if (value == nullptr) return 0;
    auto const [known, is_new] = ids_.try_emplace(*value, texts_.size());
    if (is_new) texts_.push_back(*value);
    return known->second;
}

}  // namespace settings::simulation
