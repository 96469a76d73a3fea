#include "daemon/service/walks.h"

#include <chrono>

#include "ipc/reply.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

using Ordered = nlohmann::ordered_json;

using sync::Fault;
using sync::Step;

std::string advice_at_service(Fault fault) {
    switch (fault) {
        case Fault::impostor:
            return "open a page in a browser: a network for guests may want a login first";
        case Fault::missing: return "check server.url in the configuration";
        case Fault::forbidden:
            return "check server.url in the configuration; if it is right, ask whoever runs the "
                   "service what this account may do";
        case Fault::refused:
            return "check server.url, and server.client_certificate if a gateway asks for one";
        case Fault::unknown_outcome:
            return "wait: edits are kept; if it stays so, a slow server may need more of "
                   "server.answer_seconds, and a gateway may want server.client_certificate";
        case Fault::storage: return "mend that on this machine";
        default: return "wait: edits are kept, and are sent once the service is well again";
    }
}

Ordered step_of(sync::Trail::Mark const& mark, sync::Failure const* failure) {
    auto const took = std::chrono::round<std::chrono::milliseconds>(mark.took);
    std::string message = mark.found;
    if (failure != nullptr)
        message = failure->message + (message.empty() ? "" : " (" + message + ")");
    return {{"step", name_of(mark.step)},
            {"passed", failure == nullptr},
            {"milliseconds", took.count()},
            {"message", message},
            {"advice", failure == nullptr ? "" : advice_at(mark.step, *failure)}};
}

}  // namespace

std::string advice_at(Step step, sync::Failure const& failure) {
    switch (step) {
        case Step::name:
            return "connect to a network whose name servers know it, or check server.url and "
                   "server.proxy";
        case Step::route:
            return "connect to a network; where a proxy is the only way out, set server.proxy";
        case Step::connection:
            return "check server.url and server.proxy; a firewall may be in the way, or a proxy be "
                   "the only way out";
        case Step::proxy:
            return failure.fault == Fault::barred
                       ? "set server.proxy_credentials to a file with USER:PASSWORD, and reload "
                         "settingsd; a proxy that does not take Basic needs one on this machine "
                         "before it, like cntlm"
                       : "in a network for guests log in with a browser first; else ask whoever "
                         "runs the proxy to let this server through, or check server.proxy";
        case Step::tls:
            return "check server.url, and the files of server.ca_file and "
                   "server.client_certificate; in a network for guests log in with a browser first";
        case Step::certificate:
            return "check the clock and server.url; name the authority of a company in "
                   "server.ca_file; in a network for guests log in with a browser first";
        case Step::login:
            return failure.fault == Fault::storage
                       ? "mend that on this machine"
                       : "settingsctl login, or see \"Where the access token comes from\" in "
                         "settingsd.toml(5)";
        case Step::service: return advice_at_service(failure.fault);
    }
    return {};
}

Ordered walk_body(Walk const& walk, std::string const& server) {
    Ordered steps = Ordered::array();
    for (std::size_t each = 0; each < walk.steps.size(); ++each) {
        bool const is_end = walk.failure && each + 1 == walk.steps.size();
        steps.push_back(step_of(walk.steps[each], is_end ? &*walk.failure : nullptr));
    }
    Ordered ended_at = nullptr;
    if (walk.failure && !walk.steps.empty()) ended_at = name_of(walk.steps.back().step);
    Ordered warning = nullptr;
    if (walk.warning) warning = *walk.warning;
    return {{"success", true},
            {"server", server},
            {"arrived", !walk.failure},
            {"endedAt", std::move(ended_at)},
            {"warning", std::move(warning)},
            {"steps", std::move(steps)}};
}

asio::awaitable<ipc::Reply> Walks::walk() {
    auto const walk = co_await walker_.walk();
    co_return ipc::success(walk_body(walk, overview_.server()));
}

}  // namespace settings::daemon
