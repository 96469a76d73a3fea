#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "sync/engine/reply.h"
#include "tests/simulation/climate.h"

namespace settings::simulation {

/// A request as it arrives, with what the observer needs to judge it.
struct Call {
    std::string method;
    std::string target;
    std::string body;
    std::string token;
    std::size_t device = 0;
    std::uint64_t read = 0;  ///< version of the document that its sender had last read
    Time sent{};
    bool comes_twice = false;
};

/// An access token and what renews it.
struct Grant {
    std::string access;
    std::string refresh;  ///< empty when there is none
    Time expires{};       ///< true time
};

constexpr char const* settings_target = "/settings/user";
constexpr char const* refresh_target = "/user/refresh";

/// Whose token it is: the one account's that all devices have, or a guest's.
enum class Login { home, guest };

/// The service: one account's document and tokens, under the rules of one seed, and what ails it
/// as a whole. What its documentation leaves open, Rules decides. Guests have a document, too,
/// which is nobody's here and stays as it is.
class Server {
  public:
    enum class Ill {
        none,
        errors,        ///< 500 to most; some of those writes are carried out
        unavailable,   ///< 503 with Retry-After
        hasty,         ///< 429 with Retry-After to most
        refuses,       ///< 400 to every PUT
        forbids,       ///< 403
        misses,        ///< 404
        gateway,       ///< 403, 404, 405, 410 or 503 of a gateway in front of it
        unauthorized,  ///< 401 whatever the token
        empty,         ///< GET answers an empty document
    };

    Server(Rules rules, Dice& dice) : rules_{rules}, dice_{dice} {}

    /// An answer of status 0 is none: the connection breaks.
    [[nodiscard]] sync::Answer handle(Call const& call, Time now);

    /// Writes as another client of the account would, whatever ails the server.
    void put(Json const& partial, Time now = {});
    void erase(std::string const& dotted, Time now = {});
    /// Has a value, or no more, that no strict reader takes; it is not among the document's.
    void hold_oddity(bool is_there);

    [[nodiscard]] Json const& document() const { return document_; }
    [[nodiscard]] std::uint64_t version() const { return version_; }

    /// What a GET shows: the document, or how it was a while ago.
    struct Shown {
        Json const& document;
        std::uint64_t version;
        bool has_oddity;
    };
    [[nodiscard]] Shown shown(Time now);

    /// From now on it keeps all that it accepts.
    void keep_everything();
    /// Whether it keeps a value as it is.
    [[nodiscard]] bool keeps(std::string const& key, std::optional<Json> const& value) const;

    void fall_ill(Ill ill) { ill_ = ill; }
    [[nodiscard]] Ill ill() const { return ill_; }

    /// Keys that no PUT may have. Values with the word "poison" are refused in any case.
    std::set<std::string>& poison() { return poison_; }
    [[nodiscard]] bool refuses(std::string const& key, std::optional<Json> const& value) const;
    [[nodiscard]] bool is_too_large(Json const& body) const;

    Grant log_in(bool renewable, Time now, Login login = Login::home);
    [[nodiscard]] static Login login_of(std::string const& token);
    void revoke(std::string const& access, std::string const& refresh);
    [[nodiscard]] bool knows(std::string const& access, Time now) const;
    [[nodiscard]] bool knows_refresh(std::string const& token) const;

    [[nodiscard]] Rules const& rules() const { return rules_; }

  private:
    [[nodiscard]] std::optional<sync::Answer> ailing(Call const& call, Time now);
    [[nodiscard]] sync::Answer refresh(Call const& call, Time now);
    [[nodiscard]] sync::Answer perform(Call const& call, Time now);
    [[nodiscard]] sync::Answer read(Time now);
    [[nodiscard]] sync::Answer put(std::string const& body, Time now);
    [[nodiscard]] sync::Answer refuse(Json const& partial, Time now);
    [[nodiscard]] sync::Answer erase_keys(std::string const& body, Time now);
    void drop_what_is_not_kept(Json& document) const;
    void keep_past(Time now);
    void changed();

    /// The document as it was until a change.
    struct Past {
        Time until;
        std::uint64_t version;
        Json document;
    };

    Rules rules_;
    Dice& dice_;
    Json document_ = Json::object();
    std::uint64_t version_ = 1;
    std::string rendered_;   ///< the answer to a GET, until the document changes
    std::deque<Past> past_;  ///< oldest first; of a server that lags
    bool has_oddity_ = false;
    Ill ill_ = Ill::none;
    std::set<std::string> poison_;
    std::map<std::string, Time> access_;   ///< each token's expiry
    std::map<std::string, bool> refresh_;  ///< whether it was used already
    std::uint64_t tokens_ = 0;
};

[[nodiscard]] char const* name_of(Server::Ill ill);

}  // namespace settings::simulation
