#include "tests/fuzz/answer.h"

#include <charconv>

#include "model/limits.h"
#include "model/printable.h"
#include "tests/fuzz/targets.h"

namespace settings::fuzz {

sync::Answer answer_from(std::string_view bytes) {
    sync::Answer answer;
    auto const status = take_line(bytes);
    std::from_chars(status.begin(), status.end(), answer.status);
    for (auto* field : {&answer.content_type, &answer.retry_after, &answer.date, &answer.location})
        *field = take_line(bytes);
    if (auto const secret = take_line(bytes); !secret.empty()) answer.secrets.emplace_back(secret);
    answer.body = bytes;
    return answer;
}

void check_message(std::string_view message) {
    expect(printable(message) == message, "a message is printable");
    expect(message.size() <= 2 * limits::quoted_bytes, "a message has an end");
}

}  // namespace settings::fuzz
