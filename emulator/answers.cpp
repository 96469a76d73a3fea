#include "emulator/answers.h"

#include <utility>

namespace settings::emulator {

Response json_answer(unsigned status, Json const& body) {
    Response response;
    response.status = status;
    // A message may quote what a client sent, which may be any bytes at all.
    response.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
    return response;
}

Response accepted(std::string_view message) {
    return json_answer(200, {{"success", true}, {"message", message}});
}

Response failure(unsigned status, std::string_view message) {
    return json_answer(status, {{"success", false}, {"message", message}});
}

Response usual_answer(unsigned status) {
    if (status < 300) return json_answer(status, {{"success", true}, {"message", reason(status)}});
    if (status == 400) return failure(400, "Failed to partially update user settings");
    if (status == 500)
        return json_answer(500, {{"success", false},
                                 {"message", "Internal server error"},
                                 {"error", "Database connection failed"}});
    return failure(status, reason(status));
}

Response with_message(Response response, std::string_view message) {
    Json const body{{"success", response.status < 300}, {"message", message}};
    response.body = json_answer(response.status, body).body;
    return response;
}

Response word_of_a_gateway(unsigned status) {
    Response response;
    response.status = status;
    response.content_type = "text/html; charset=utf-8";
    response.body = "<html><body><h1>" + std::to_string(status) + ' ' + reason(status) +
                    "</h1></body></html>\n";
    return response;
}

Response captive_portal() {
    Response response;
    response.content_type = "text/html; charset=utf-8";
    response.body =
        "<!DOCTYPE html><html><head><title>Guest network</title></head>"
        "<body><form action=\"/login\"><p>Accept the terms to go online.</p>"
        "<button>Accept</button></form></body></html>\n";
    return response;
}

}  // namespace settings::emulator
