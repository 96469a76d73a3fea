#include "emulator/request_log.h"

#include <utility>

namespace settings::emulator {
namespace {

constexpr char const* redacted = "[redacted]";

bool has_secrets(std::optional<Call> call) {
    return call == Call::login || call == Call::refresh || call == Call::github_refresh ||
           call == Call::microsoft_refresh || call == Call::logout || call == Call::factor_verify;
}

/// What is no secret beside secrets.
bool may_be_shown(std::string_view name) {
    return name == "email" || name == "deviceInfo" || name == "mfaType";
}

/// JSON where it is JSON, else text. Bodies that carry secrets keep only their shape.
Json loggable_body(Request const& request, std::optional<Call> call) {
    if (request.body.empty()) return nullptr;
    auto parsed = json_in(request.body);
    if (!has_secrets(call)) return parsed ? *parsed : Json(request.body);
    if (!parsed || !parsed->is_object()) return redacted;
    for (auto& [name, value] : parsed->items())
        if (!may_be_shown(name)) value = redacted;
    return *parsed;
}

}  // namespace

void RequestLog::add(Request const& request, std::optional<Call> call, Json outcome, Time now) {
    Json summary{{"number", ++received_},        {"time", now.time_since_epoch().count()},
                 {"method", request.method},     {"target", request.target},
                 {"status", std::move(outcome)}, {"body", loggable_body(request, call)}};
    bytes_ += request.body.size();
    entries_.push_back({std::move(summary), request.body.size()});
    while (entries_.size() > entry_limit || bytes_ > byte_limit) {
        bytes_ -= entries_.front().bytes;
        entries_.pop_front();
    }
}

void RequestLog::clear() {
    entries_.clear();
    bytes_ = 0;
}

Json RequestLog::to_json() const {
    Json list = Json::array();
    for (auto const& entry : entries_) list.push_back(entry.summary);
    return list;
}

}  // namespace settings::emulator
