#include "emulator/emulator.h"

#include <algorithm>
#include <utility>

#include "emulator/answers.h"

namespace settings::emulator {
namespace {

/// Bytes that are not HTTP: a TLS alert, as a broken proxy in between may send.
constexpr std::string_view rubbish{"\x15\x03\x01\x00\x02\x02\x46 not HTTP\r\n\r\n", 19};

/// What the log says of a request that got no whole answer.
Json outcome(Ending ending, Response const& response) {
    switch (ending) {
        case Ending::whole: return response.status;
        case Ending::cut_in_body: return "truncated";
        case Ending::stalled_in_body: return "stalled";
        case Ending::hung: return "hung";
        case Ending::garbage: return "garbage";
        case Ending::cut_after_headers:
        case Ending::dropped: return "dropped";
    }
    return nullptr;
}

Delivery deliver(Response const& response, Ending ending, Request const& request, Time now) {
    using Then = Delivery::Then;
    Rendered const bytes = render(response, request, now);
    switch (ending) {
        case Ending::whole:
            return {bytes.head + bytes.body, request.keep_alive ? Then::keep : Then::finish};
        case Ending::cut_in_body:
            return {bytes.head + bytes.body.substr(0, bytes.body.size() / 2), Then::cut};
        case Ending::stalled_in_body:
            return {bytes.head + bytes.body.substr(0, bytes.body.size() / 2), Then::hang};
        case Ending::cut_after_headers: return {bytes.head, Then::cut};
        case Ending::dropped: return {{}, Then::cut};
        case Ending::hung: return {{}, Then::hang};
        case Ending::garbage: return {std::string{rubbish}, Then::cut};
    }
    return {};
}

/// Whether a write names the key: as a member of a PUT, or as a path of a DELETE.
bool names(Json const& body, std::string const& key) {
    if (body.contains(key)) return true;
    auto const keys = body.find("keys");
    return keys != body.end() && keys->is_array() &&
           std::any_of(keys->begin(), keys->end(), [&key](Json const& path) {
               if (!path.is_string()) return false;
               auto const& text = path.get_ref<std::string const&>();
               return text == key || text.starts_with(key + '.');
           });
}

/// What a write gets that names a poisonous key.
std::optional<Action> poisoned_by(Request const& request,
                                  std::map<std::string, unsigned> const& poison) {
    if (poison.empty() || (request.method != "PUT" && request.method != "DELETE"))
        return std::nullopt;
    auto const body = json_in(request.body);
    if (!body || !body->is_object()) return std::nullopt;
    for (auto const& [key, status] : poison) {
        if (!names(*body, key)) continue;
        Action action;
        action.effect = Effect::never;
        action.ending = status == 0 ? Ending::dropped : Ending::whole;
        if (status != 0) action.answer = Canned{usual_answer(status), {}};
        return action;
    }
    return std::nullopt;
}

Delivery with_push(Delivery delivery, std::optional<Push> const& push) {
    if (push) delivery.bytes.insert(push->is_last ? delivery.bytes.size() : 0, push->head);
    return delivery;
}

Response no_such_call(std::string const& allow) {
    if (allow.empty()) return failure(404, "Not found");
    Response response = failure(405, "Method not allowed");
    response.headers.emplace_back("Allow", allow);
    return response;
}

}  // namespace

Emulator::Emulator(Service service, std::string url_prefix, FaultScript faults)
    : service_{std::move(service)},
      url_prefix_{std::move(url_prefix)},
      faults_{std::move(faults)} {}

Delivery Emulator::handle(Request const& request, Time now) {
    apply_late_requests(now);
    if (!request.target.starts_with(admin_prefix)) return serve(request, now);
    Delivery delivery = deliver(administer(request, now), Ending::whole, request, now);
    delivery.admin = true;
    return delivery;
}

Delivery Emulator::serve(Request const& request, Time now) {
    Route found = route(request.method, path_of(request.target), url_prefix_);
    if (found.call && !service_.knows(*found.call)) found = {};
    Response response = no_such_call(found.allow);
    Action action;
    if (!online_) {
        action.ending = Ending::dropped;
    } else if (found.call) {
        action = faults_.next(*found.call);
        if (auto const poison = poisoned_by(request, faults_.quirks().poison)) action = *poison;
        response = answer(action, *found.call, request, now);
    }
    log_.add(request, found.call, outcome(action.ending, response), now);
    return with_push(deliver(response, action.ending, request, now), action.push);
}

Response Emulator::answer(Action const& action, Call call, Request const& request, Time now) {
    Response response;
    if (action.effect == Effect::now)
        response = service_.handle(call, request, faults_.quirks(), now);
    if (action.effect == Effect::late) late_.push_back({now + action.late_by, now, call, request});
    if (action.answer) response = action.answer->response;
    if (action.answer && action.answer->retry_at)
        response.headers.emplace_back("Retry-After", http_date(now + *action.answer->retry_at));
    return response;
}

void Emulator::apply_late_requests(Time now) {
    auto const due = std::stable_partition(late_.begin(), late_.end(),
                                           [now](Late const& late) { return late.due > now; });
    std::vector<Late> arrived{std::make_move_iterator(due), std::make_move_iterator(late_.end())};
    late_.erase(due, late_.end());
    std::stable_sort(arrived.begin(), arrived.end(),
                     [](Late const& left, Late const& right) { return left.due < right.due; });
    // The token was good when the request was sent, and its answer interests nobody any more.
    for (auto const& late : arrived)
        static_cast<void>(service_.handle(late.call, late.request, faults_.quirks(), late.sent));
}

}  // namespace settings::emulator
