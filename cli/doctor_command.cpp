#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "cli/carry_out.h"
#include "cli/health_text.h"
#include "cli/layout.h"
#include "cli/other_user.h"

namespace settings::cli {
namespace {

/// Where a daemon that does not answer keeps its store unless the configuration says otherwise.
std::filesystem::path usual_store() {
    if (char const* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/')
        return std::filesystem::path{state} / "settingsd";
    char const* home = std::getenv("HOME");
    return std::filesystem::path{home == nullptr || *home != '/' ? "/" : home} /
           ".local/state/settingsd";
}

std::filesystem::path store_of(client::Result<client::Status> const& status) {
    if (!status) return usual_store();
    auto const told = status->answer.find("stateDirectory");
    if (told == status->answer.end() || !told->is_string()) return usual_store();
    return told->get<std::string>();
}

Finding daemon_for(client::Result<client::Status> const& status, Context const& context) {
    auto finding = look_at_daemon(status);
    auto const advice = advice_for_root(context.socket);
    if (!status && !advice.empty()) finding.mend = advice;
    return finding;
}

/// All the way to the server; where it does not come so far, what the daemon knows of the login,
/// and where it arrives, what came of the last rounds.
std::vector<Finding> look_at_server_and_way(client::Status const& status, Context const& context) {
    auto const walk = context.client.walk();
    auto findings = look_at_way(walk);
    if (std::ranges::find(findings, "login", &Finding::check) == findings.end())
        findings.push_back(look_at_login(status));
    if (!walk || walk->arrived) findings.push_back(look_at_server(status, context.now));
    return findings;
}

/// Where the daemon lets others in, the modes of its socket say nothing.
Finding socket_of(client::Result<client::Status> const& status, Context const& context) {
    bool const is_shared = status && (!status->allow.empty() || !status->allow_read.empty());
    if (!is_shared) return look_at_socket(context.socket);
    return {"socket", Finding::Health::good,
            context.socket + ", open to others as the configuration says"};
}

/// Whether the daemon that answers is another user's, who lets this one in: the socket is its
/// user's.
bool is_of_another(client::Result<client::Status> const& status, std::string const& socket) {
    struct stat file {};
    return status && stat(socket.c_str(), &file) == 0 && file.st_uid != geteuid();
}

Finding disk_of(client::Result<client::Status> const& status, Context const& context) {
    auto const folder = store_of(status);
    return is_of_another(status, context.socket) ? look_at_disk_of_another(folder)
                                                 : look_at_disk(folder);
}

}  // namespace

Outcome carry_out(Doctor const&, Context const& context) {
    auto const status = context.client.status();
    std::vector<Finding> findings{socket_of(status, context), daemon_for(status, context),
                                  disk_of(status, context)};
    if (status) {
        findings.push_back(look_at_store(*status));
        std::ranges::move(look_at_server_and_way(*status, context), std::back_inserter(findings));
        findings.push_back(look_at_clock(*status, context.now));
        findings.push_back(look_at_decisions(*status));
    }
    auto const exit = is_healthy(findings) ? Exit::done : Exit::refused;
    return {
        exit, fitted(health_text(findings, context.style, speaks_unicode()), context.style), {}};
}

}  // namespace settings::cli
