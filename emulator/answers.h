#pragma once

#include <string>
#include <string_view>

#include "emulator/http.h"
#include "emulator/json.h"

namespace settings::emulator {

/// A response with a JSON body.
[[nodiscard]] Response json_answer(unsigned status, Json const& body);

/// {"success":true,"message":"…"}
[[nodiscard]] Response accepted(std::string_view message);

/// {"success":false,"message":"…"}
[[nodiscard]] Response failure(unsigned status, std::string_view message);

/// What the service documents for a status, or the status's own phrase as the message.
[[nodiscard]] Response usual_answer(unsigned status);

/// The same response with another message in its body.
[[nodiscard]] Response with_message(Response response, std::string_view message);

/// A status with a page of its own, as a gateway in front of the service answers.
[[nodiscard]] Response word_of_a_gateway(unsigned status);

/// 200 and a page to log in to a guest network: what a captive portal answers to everything.
[[nodiscard]] Response captive_portal();

}  // namespace settings::emulator
