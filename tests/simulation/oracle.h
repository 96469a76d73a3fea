#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/edit.h"
#include "store/ledger.h"
#include "tests/simulation/device.h"
#include "tests/simulation/history.h"
#include "tests/simulation/pace.h"

namespace settings::simulation {

/// Knows what must hold, and looks at every step whether it does. Throws Violation.
class Oracle {
  public:
    Oracle(World& world, Server& server, Network& network, Climate const& climate);

    // The local document: what apps read is what the rows say, what the journal says, and what
    // follows from the edits that were acknowledged and the changes from the server.

    [[nodiscard]] Leaves expected_after(std::size_t device, Edit const& edit) const;
    void acknowledged(Device& device, Leaves const& expected);
    void committed(Device& device, store::Commit const& commit);
    void started(Device& device);
    void crashed(Device& device);
    [[nodiscard]] store::Commit whole(std::size_t device) const;
    void check_document(Device& device);

    // What the sync may do to the local document: no pending edit gives way unseen, no document of
    // the server takes much away without a person's word, and only what the server refuses is set
    // aside.

    void asked(Device& device, sync::StoreEffect const& effect);
    void carried_out(Device& device, sync::Event const& event);

    // A person decides about single keys of what is held: around the transaction.

    void decides(Device& device, Verdict verdict);
    void decided(Device& device, std::vector<std::string> const& keys, Reconciled const& outcome);

    // Requests: their pace, and that each PUT is of something edited here.

    void requested(Device& device, Call const& call);
    void answered(Device& device, sync::Answer const& answer);
    /// A renewal that failed is not the end of a round: the token may be good all the same.
    void failed(Device& device, sync::Failure const& failure, bool of_renewal);
    void wished(std::size_t device) { devices_.at(device).pace.wished(); }
    void logged_in(std::size_t device) { devices_.at(device).pace.logged_in(); }
    void noted(std::size_t device, sync::Memory const& memory) {
        devices_.at(device).pace.noted(memory.failures);
    }

    /// Notes it when the device waits for a person, for the server's Retry-After or for its budget:
    /// until some time after, promptness is not to be expected.
    void note_waiting(Device const& device);

    /// A device performs an effect, or rests until a time, and the reason that it gives is true.
    void watch(Device& device);

    /// The device has the server's document.
    void check_convergence(Device& device);

    /// Judges the whole history at the end: nothing was lost, overtaken or invented.
    void judge() const { history_.judge(leaves_of(server_.document())); }

    [[nodiscard]] Json const& document(std::size_t device) const {
        return devices_.at(device).document;
    }
    [[nodiscard]] History const& history() const { return history_; }
    [[nodiscard]] Time patience(std::size_t device) const {
        return devices_.at(device).pace.patience();
    }
    [[nodiscard]] std::uint64_t writes(std::size_t device) const {
        return devices_.at(device).writes;
    }

    /// The server carried out a write: a device's, or the web's own client's, whose number is that
    /// of the devices.
    void wrote(Call const& call, Json const& before);

    /// The server says that it carried out a write.
    void promised(Call const& call);

    /// Until `end` the server refuses every PUT, so a refusal proves nothing about a value.
    void refuses_everything_until(Time end) { refused_until_ = end; }

  private:
    struct Watched {
        Json document = Json::object();
        std::map<std::string, Leaves> leaves;  ///< by top-level key
        Revision revision = 0;
        Leaves replayed;  ///< what the journal makes, up to `replayed_to`
        Revision replayed_to = 0;
        std::set<std::string> edited;  ///< keys that its apps or people changed
        Pace pace;
        std::uint64_t writes = 0;
        Verdict verdict = Verdict::none;                ///< a person's, for the merge under way
        Json undecided = Json::object();                ///< the document before such a word on keys
        std::map<std::string, store::Setting> pending;  ///< keys when that merge began
        std::size_t known = 0;          ///< leaves that the server was known to hold then
        bool is_fake = false;           ///< it was shown an empty document
        Leaves theirs;                  ///< leaves of the document in that merge
        std::set<std::string> emptied;  ///< leaves that a person let such a document take away
        bool has_met = false;           ///< its store had merged one before
        Time waited_at = -std::chrono::hours{24};  ///< by note_waiting()
        std::uint64_t clean_rounds = 0;
        bool promptness_is_due = false;
        bool has_way = true;        ///< to the server, when it asked last
        bool is_sent_away = false;  ///< the service's last word was that there is nothing for it
    };

    void reconciles(Device& device, sync::Reconcile const& merge);
    void reconciled(Device& device, Reconciled const& outcome);
    [[nodiscard]] bool is_faulty() const;
    void put_back(Device& device, std::string const& key);
    void check_pending(Device& device, Reconciled const& outcome, bool is_first, bool is_applied);
    void check_first_meeting(Device const& device);
    void rejects(Device& device, sync::Reject const& reject);
    void expect_prompt(Device& device);
    void check_promptness(Device& device);
    void check_rest(Device& device, sync::Resting const& resting);
    void count_failures(Device const& device);
    static void check_owner(Device const& device, store::Commit const& commit);
    void check_mass(Device const& device, store::Commit const& commit) const;
    static void check_words(Device const& device, std::string const& words);

    World& world_;
    Server& server_;
    Network& network_;
    Climate const& climate_;
    std::vector<Watched> devices_;
    History history_;
    Time refused_until_ = -std::chrono::hours{24};
};

}  // namespace settings::simulation
