#pragma once

#include <string>
#include <string_view>

#include "tests/client/fake_daemon.h"

namespace settings::client {

/// A document with one setting; of which revision is not told.
inline std::string const one_setting =
    reply(200, R"({"success":true,"settings":{"theme":"dark"}})");

/// A document at this revision.
inline std::string snapshot(int revision, std::string_view settings) {
    std::string text = reply(200, R"({"success":true,"settings":)" + std::string{settings} + "}");
    return text.insert(text.find("Content-Length"),
                       "ETag: \"" + std::to_string(revision) + "\"\r\n");
}

/// One value, and its tag; to a look that an edit begins with.
inline std::string one_value(std::string_view tag, std::string_view value) {
    std::string text = reply(200, R"({"success":true,"value":)" + std::string{value} + "}");
    return text.insert(text.find("Content-Length"), "ETag: \"" + std::string{tag} + "\"\r\n");
}
inline std::string const no_value = reply(404, R"({"success":false,"message":"no setting"})");

/// To an edit that made this revision.
inline std::string saved(int revision) {
    return reply(200,
                 R"({"success":true,"message":"…","revision":)" + std::to_string(revision) + "}");
}

/// To an edit for which another app was too fast.
inline std::string const stale = reply(412, R"({"success":false,"message":"moved on"})");

/// To a watch: from revision 1 on.
inline std::string stream(std::string_view events) {
    return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nid: 1\n\n" +
           std::string{events};
}

/// One event of a watch.
inline std::string change(int revision) {
    auto const number = std::to_string(revision);
    return "event: change\nid: " + number + "\ndata: {\"revision\":" + number + "}\n\n";
}

}  // namespace settings::client
