#include "sync/engine/reply.h"

#include "model/limits.h"
#include "tests/fuzz/answer.h"
#include "tests/fuzz/targets.h"

namespace settings::fuzz {
namespace {

using sync::Answer;
using sync::Failure;

/// Unlike anything that our own sentences say.
bool is_like_a_token(std::string const& secret) {
    return secret.size() >= 16 && secret.find(' ') == std::string::npos;
}

void check(Failure const& failure, Answer const& answer) {
    check_message(failure.message);
    for (auto const& secret : answer.secrets)
        expect(!is_like_a_token(secret) || failure.message.find(secret) == std::string::npos,
               "a message shows no secret");
    if (!failure.retry_after) return;
    expect(*failure.retry_after >= Time{0} && *failure.retry_after <= limits::retry_after,
           "nobody makes us wait for longer than a day");
}

bool is_success(Answer const& answer) { return answer.status >= 200 && answer.status <= 299; }

void check_document(Answer const& answer) {
    auto const read = sync::read_document(answer);
    if (auto const* failure = std::get_if<Failure>(&read)) return check(*failure, answer);
    expect(is_success(answer), "only a success is a document");
    auto const& document = std::get<sync::Document>(read);
    expect(parse_json(document.settings.text()).has_value(), "a document can be read again");
    for (auto const& [key, why] : document.unreadable) {
        expect(!document.settings.contains(key), "what cannot be read is not there");
        check_message(why);
    }
}

/// What one reader of a document takes for a success, no other one takes for something else.
void check_acceptance(Answer const& answer) {
    auto const refusal = sync::read_acceptance(answer);
    if (refusal) return check(*refusal, answer);
    auto const body = parse_json(answer.body, {.depth = limits::remote_depth});
    expect(is_success(answer) && body && body->at("success") == true,
           "accepted is what says that it is");
}

}  // namespace

void reply(std::string_view bytes) {
    auto const answer = answer_from(bytes);
    check(sync::failure_of(answer), answer);
    check_document(answer);
    check_acceptance(answer);
    (void)sync::knows_no_user(answer);
    expect(!sync::knows_no_organization(answer) || !sync::lacks_call(answer),
           "who says that there is none knows the call");
    check_message(sync::words_of(answer));
    (void)sync::http_date(answer.date);
}

}  // namespace settings::fuzz
