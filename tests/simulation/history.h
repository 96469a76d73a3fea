#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/conflict.h"
#include "tests/simulation/leaves.h"
#include "tests/simulation/world.h"

namespace settings::simulation {

/// All that apps did to each leaf, and what each device knew when they did it. Judges the end.
///
/// The service has no versions and the last write wins, so "nothing is lost" can only mean the
/// following, for each leaf once the world has settled. An edit *follows* a value when its device
/// had seen that value at this leaf before.
///
/// 1. Not overtaken: no acknowledged edit follows the value that ended on the server, for then an
///    older value has come over a newer one. Never that of the same device (unless pending edits
///    are to give way, or a late request of the device itself brought it, and the edit stands in
///    the conflicts: so it may be where the next look came ten minutes later, or more); another
///    device's may stand in the conflicts instead: who lost the answer to an edit cannot tell one
///    that was made with knowledge of it from one that was not. (A removal by another device looks
///    to it as if its own edit had not arrived; so it is passed over.)
/// 2. Not lost: the last edit of each device stands, or some edit follows it, or its value stands
///    in the conflicts of a device.
/// 3. Not invented: a value that ended on the server was somebody's edit.
///
/// A value that was set more than once on one leaf (taken back, restored, discarded) proves
/// nothing about 1 and 2 and is passed over. So is what the server said to have and had not, once
/// somebody else has changed that key, or where it stands in the conflicts. So is an edit that puts
/// back just what another device had set: if that one's answer was lost, it takes this for its own
/// request, come late, and what it overrules stands in its conflicts. So is one edit for which
/// there is no defence without conditional writes: another device's request replaced it unseen,
/// because that device had read before the edit arrived. (Where the owner can notice it in time,
/// Oracle says so.)
class History {
  public:
    /// `winner` of the conflicts between a pending edit and another device's.
    explicit History(std::size_t devices, Winner winner = Winner::local)
        : devices_{devices}, winner_{winner} {}

    /// A leaf of a device's local document became another; null means absent.
    void changed(std::size_t device, std::string const& path, std::string const* value,
                 bool by_app);

    /// A leaf of the server's document became another. The web's own client is the last `writer`.
    /// `read` is the version that its writer knew, `version` the one that it made.
    void written(std::size_t writer, std::string const& path, std::string const* before,
                 std::string const* value, std::uint64_t read, std::uint64_t version);

    /// A conflict was recorded for people to see. Where a whole object won, its leaves are set
    /// anew.
    void kept(Conflict const& conflict);

    /// Values that a person gave up, or that a broken server took away: nobody answers for these.
    void gave_up(std::string const& value) { kept_.insert(id(&value)); }
    void gave_up(Json const& document);
    void gave_up_removal(std::string const& path) { leaf(path).trodden.insert(0); }

    /// The server said that it had set a leaf so, or removed it, and has not. `version` is its
    /// document's.
    void vanished(std::string const& path, std::string const* value, std::uint64_t version);
    [[nodiscard]] bool has_vanished(std::string const& path) const;

    /// Whether what the server had at a leaf in this version was written by this device.
    [[nodiscard]] bool is_own(std::size_t device, std::string const& path,
                              std::uint64_t version) const;

    /// Throws Violation.
    void judge(Leaves const& document) const;

    [[nodiscard]] std::size_t edits() const { return edits_; }

  private:
    using Value = std::uint32_t;  ///< 0 is absent
    struct Step {
        Value value;
        bool by_app;
    };
    struct Leaf {
        std::vector<std::vector<Step>> seen;      ///< by device, the web last
        std::map<Value, unsigned> issues;         ///< how often it was set by an edit
        std::set<Value> trodden;                  ///< replaced by a device that had not seen it
        std::set<Value> replaced;                 ///< so, or by a late request of its own device
        std::map<Value, std::uint64_t> vanished;  ///< promised and not done, in this version

        // What the server has.
        std::uint64_t version = 0;
        std::size_t writer = 0;
    };

    Leaf& leaf(std::string const& path);
    Value id(std::string const* value);
    void judge_overtaken(std::string const& path, Leaf const& leaf, Value final) const;
    void judge_lost(std::string const& path, Leaf const& leaf, Value final) const;
    [[nodiscard]] std::optional<Value> newer_than(Leaf const& leaf, std::size_t device,
                                                  Value value) const;
    [[nodiscard]] bool may_seem_late(Leaf const& leaf, std::size_t device, Value value) const;
    [[nodiscard]] static bool is_followed(Leaf const& leaf, Value value);
    [[nodiscard]] bool was_vain(std::string const& path, Leaf const& leaf, Value value) const;

    std::size_t devices_;
    Winner winner_;
    std::unordered_map<std::string, Leaf> leaves_;
    std::unordered_map<std::string, Value> ids_;
    std::vector<std::string> texts_{"(nothing)"};
    std::set<Value> kept_;
    std::map<std::string, std::uint64_t> written_;  ///< last version that changed a top-level key
    std::size_t edits_ = 0;
};

}  // namespace settings::simulation
