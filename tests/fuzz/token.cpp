#include "sync/account/jwt.h"
#include "sync/account/token_reply.h"
#include "tests/fuzz/answer.h"
#include "tests/fuzz/targets.h"

namespace settings::fuzz {
namespace {

using std::chrono::seconds;

bool is_date(std::optional<seconds> const& date) {
    return !date || (*date >= seconds{0} && *date <= sync::end_of_year_9999);
}

/// Whatever a token says of itself, dates are dates.
void check_claims(std::string_view token) {
    auto const validity = sync::validity_of(token);
    expect(is_date(validity.issued_at) && is_date(validity.expires_at), "a date is one");
    bool const has_claims = validity.issued_at || validity.expires_at;
    bool const has_names = !sync::names_in(token).empty();
    expect(sync::is_token(token) || (!has_claims && !has_names), "only a token says something");
}

void check(sync::TokenReply const& reply, sync::Answer const& answer) {
    if (auto const* failure = std::get_if<sync::Failure>(&reply))
        return check_message(failure->message);
    expect(answer.status >= 200 && answer.status <= 299, "only a success has tokens");
    auto const& pair = std::get<sync::TokenPair>(reply);
    expect(sync::is_token(pair.access), "an access token can be sent");
    expect(pair.refresh.empty() || sync::is_token(pair.refresh), "and so can its refresh token");
    expect(is_date(pair.expires_at), "a token ends at a date");
    expect(!pair.lifetime || (*pair.lifetime > seconds{0} && is_date(pair.lifetime)),
           "a token lives for a time");
}

}  // namespace

void token(std::string_view bytes) {
    check_claims(bytes.substr(0, bytes.find('\n')));
    auto const answer = answer_from(bytes);
    check(sync::read_renewal(answer), answer);
    check(sync::read_login(answer), answer);
}

}  // namespace settings::fuzz
