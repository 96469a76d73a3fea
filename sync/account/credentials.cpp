#include "sync/account/credentials.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <utility>

#include "sync/account/jwt.h"
#include "sync/account/secret_file.h"
#include "sync/account/token_reply.h"

namespace settings::sync {
namespace {

using std::chrono::seconds;

/// Whether the user may put a file there, by whom the folder belongs to, or what there is of it: a
/// sandbox may keep this process from writing where its user can.
bool is_ours(std::filesystem::path folder) {
    struct stat status {};
    while (stat(folder.c_str(), &status) != 0)
        if (std::exchange(folder, folder.parent_path()) == folder) return false;
    return status.st_uid == geteuid();
}

constexpr std::size_t token_file_bytes = 16 * 1024 + 16;  // a token and space around it

/// How long an access token of the service lives that does not say it.
constexpr seconds usual_lifetime = std::chrono::hours{1};

/// How long before its expiry a token is renewed: a request takes time, and clocks differ.
Time lead(Time lifetime) { return std::min<Time>(std::chrono::minutes{5}, lifetime / 10); }

Error unusable(TokenFile const& file, std::string const& why) {
    return {Errc::bad_request, "the token file " + file.path.string() + " " + why};
}

Result<std::string> token_in(TokenFile const& file) {
    auto content = read_secret({"token file", file.path, token_file_bytes, file.guarded});
    if (!content) return content;
    auto token = boost::trim_copy_if(*content, boost::is_any_of(" \t\r\n"));
    if (token.empty()) return unusable(file, "is empty");
    if (!is_token(token))
        return unusable(file, "does not hold one token of visible ASCII characters");
    return token;
}

/// Two people may log in one after the other where the service names nobody: then the address tells
/// them apart. It may change, so anything else counts before it.
Owner::Names names_of(TokenPair const& pair) {
    auto names = names_in(pair.access);
    if (!pair.login.empty()) names.emplace("login", pair.login);
    if (names.empty() && !pair.note.email.empty())
        names.emplace("email", boost::algorithm::to_lower_copy(pair.note.email));
    return names;
}

}  // namespace

Credentials::Credentials(Sources sources, Clocks clocks)
    : sources_{std::move(sources)}, clocks_{std::move(clocks)}, store_{sources_.stored} {}

Result<AccessToken> Credentials::current() {
    auto found = find();
    if (!found) return found.error();
    auto const generation = generation_of(found->pair.access);
    auto names = names_of(found->pair);
    return AccessToken{std::move(found->pair.access), generation, std::move(names)};
}

TokenState Credentials::state() {
    TokenState state;
    auto const found = find();
    if (!found) {
        if (found.error().code() == Errc::busy) state.generation = generation_;
        state.renewable = sources_.command && found.error().code() == Errc::not_found;
        state.missing = found.error().message();
        return state;
    }
    state.generation = generation_of(found->pair.access);
    state.renewable = found->renewable;
    state.renew_at = found->renew_at;
    return state;
}

std::optional<Identity> Credentials::identity() {
    auto const found = find();
    if (!found) return std::nullopt;
    auto const& pair = found->pair;
    bool const is_stored = stored_ && stored_->pair.access == pair.access;
    bool const is_printed = !is_stored && printed_ && printed_->pair.access == pair.access;
    Identity identity{is_printed ? Identity::Method::command : Identity::Method::file, pair.login,
                      pair.note};
    if (is_stored)
        identity.method =
            pair.note.email.empty() ? Identity::Method::tokens : Identity::Method::password;
    auto const names = names_in(pair.access);
    if (identity.id.empty() && !names.empty()) identity.id = names.begin()->second;
    return identity;
}

std::string Credentials::refresh_token() {
    auto const stored = find_stored();
    return stored ? stored->pair.refresh : std::string{};
}

Provider Credentials::provider() {
    auto const stored = find_stored();
    return stored ? stored->pair.note.provider : Provider::local;
}

Result<void> Credentials::log_in(TokenPair pair) {
    pair.note.since = clocks_.wall();
    bool const renewable = !pair.refresh.empty();
    return keep(just_obtained(std::move(pair), renewable));
}

Result<void> Credentials::adopt(TokenPair pair) {
    bool const renewable = !pair.refresh.empty();
    pair.note.since = clocks_.wall();
    return keep(obtained_some_time_ago(with_own_times(std::move(pair)), renewable));
}

Result<void> Credentials::renew(std::string const& spent, TokenPair pair) {
    auto const stored = find_stored();
    if (!stored || stored->pair.refresh != spent) return {};
    if (pair.refresh.empty()) pair.refresh = spent;
    if (pair.login.empty()) pair.login = stored->pair.login;
    pair.note = stored->pair.note;
    unsaved_ = just_obtained(std::move(pair), /*renewable=*/true);
    return save_again();
}

Result<void> Credentials::save_again() { return keep(*unsaved_); }

void Credentials::take_printed(std::string token) {
    bool const again = printed_ && printed_->pair.access == token;
    printed_ = just_obtained(with_own_times(TokenPair{std::move(token)}), /*renewable=*/true);
    // A token that is printed again is older than it looks.
    if (again) printed_->renew_at.reset();
}

Result<void> Credentials::log_out() {
    auto removed = store_.remove();
    if (!removed) return removed;
    stored_.reset();
    unsaved_.reset();
    return {};
}

/// What could be read before and is forbidden now passes, too: a home on a file server is so when a
/// ticket has run out.
Result<Credentials::Held> Credentials::find() {
    auto found = find_anywhere();
    bool const was_read_before = generation_ > 0;
    if (!found && found.error().code() == Errc::storage_broken && was_read_before)
        return Error{Errc::busy, found.error().message()};
    return found;
}

Result<Credentials::Held> Credentials::find_anywhere() {
    auto stored = find_stored();
    if (stored || stored.error().code() != Errc::not_found) return stored;
    for (auto const& file : sources_.files) {
        auto token = token_in(file);
        if (token) return Held{TokenPair{std::move(*token)}, /*can_renew=*/false, std::nullopt};
        if (token.error().code() != Errc::not_found) return token.error();
    }
    if (printed_) return *printed_;
    return Error{Errc::not_found, how_to_get_one()};
}

/// The pair is read until there is one, and then kept: nobody else writes the file.
Result<Credentials::Held> Credentials::find_stored() {
    if (stored_) return *stored_;
    auto pair = store_.load();
    if (!pair) return pair.error();
    bool const renewable = !pair->refresh.empty();
    stored_ = obtained_some_time_ago(std::move(*pair), renewable);
    return *stored_;
}

/// A pair counts only once it is durable.
Result<void> Credentials::keep(Held held) {
    auto saved = store_.save(held.pair);
    if (!saved) return saved;
    stored_ = std::move(held);
    unsaved_.reset();
    return {};
}

/// The token's lifetime begins now, whatever the wall clock says. A token that looks expired
/// already gets no renewal time, else it would be renewed again and again; a 401 leads to its
/// renewal.
Credentials::Held Credentials::just_obtained(TokenPair pair, bool renewable) const {
    auto const lifetime = pair.lifetime;
    auto held = obtained_some_time_ago(std::move(pair), renewable);
    if (renewable && lifetime) held.renew_at = clocks_.boot() + *lifetime - lead(*lifetime);
    if (held.renew_at <= clocks_.boot()) held.renew_at.reset();
    return held;
}

/// The remaining life is measured by the wall clock, and kept between nothing and the whole
/// lifetime because that clock may be wrong.
Credentials::Held Credentials::obtained_some_time_ago(TokenPair pair, bool renewable) const {
    if (!renewable || !pair.expires_at) return {std::move(pair), renewable, std::nullopt};
    Time const lifetime = pair.lifetime.value_or(usual_lifetime);
    Time const left = std::clamp<Time>(*pair.expires_at - clocks_.wall(), Time{0}, lifetime);
    return {std::move(pair), renewable, clocks_.boot() + left - lead(lifetime)};
}

std::string Credentials::how_to_get_one() const {
    if (sources_.command) return "no token: the token command has not printed one yet";
    std::string log_in = "no token: log in with: settingsctl login";
    if (sources_.files.empty()) return log_in;
    auto const& file = sources_.files.back().path;
    if (is_ours(file.parent_path()))
        return std::move(log_in) + "; or put one into " + file.string() + " with mode 600";
    return std::move(log_in) +
           "; or have an administrator put one in place: sudo install -D -m 600 -o " +
           std::to_string(geteuid()) + " FILE " + file.string();
}

std::uint64_t Credentials::generation_of(std::string const& token) {
    if (token != last_token_) {
        last_token_ = token;
        ++generation_;
    }
    return generation_;
}

}  // namespace settings::sync
