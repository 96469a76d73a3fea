#include "cli/commands.h"

#include <iostream>

#include "cli/assignment.h"
#include "cli/terminal.h"
#include "cli/tokens.h"

namespace settings::cli {
namespace {

using client::Client;
using client::Errc;
using client::Json;

Outcome failed(client::Error const& error) {
    return {
        error.code() == Errc::unreachable ? Exit::unreachable : Exit::refused, {}, error.message()};
}

/// One command's visit: each overload carries out one kind.
struct Run {
    Client& client;
    client::Time now;
    Style style;

    Outcome operator()(Get const& get) const {
        if (get.path) return one_setting(*get.path);
        auto const document = client.document();
        if (!document) return failed(document.error());
        return {Exit::done, value_text(*document, style), {}};
    }

    Outcome operator()(Set const& set) const {
        return saved(client.patch(partial_from(set.assignments)));
    }

    Outcome operator()(Unset const& unset) const {
        for (auto const& path : unset.paths) (void)names_in(path);
        return saved(client.erase(unset.paths));
    }

    Outcome operator()(ShowStatus) const {
        auto const status = client.status();
        if (!status) return failed(status.error());
        return {Exit::done, status_text(*status, now, style), {}};
    }

    Outcome operator()(SyncNow const& sync) const {
        auto const outcome = client.sync(sync.wait.value_or(std::chrono::milliseconds{0}));
        if (!outcome) return failed(outcome.error());
        std::string const reason = outcome->reason.empty() ? "" : ": " + outcome->reason;
        Outcome result;
        if (style == Style::json)
            result.output = value_text({{"synced", outcome->synced},
                                        {"revision", outcome->revision},
                                        {"reason", outcome->reason}},
                                       style);
        else if (outcome->synced)
            result.output = "everything is synced\n";
        else if (!sync.wait)
            result.output = "sync asked for" + reason + '\n';
        if (!outcome->synced && sync.wait) {
            result.exit = Exit::refused;
            result.message = "not synced yet" + reason + "; see: settingsctl status";
        }
        return result;
    }

    Outcome operator()(LogIn const& login) const {
        if (login.with_tokens) {
            auto const tokens = tokens_from(std::cin);
            return done(client.adopt_tokens(tokens.access, tokens.refresh), "logged in");
        }
        Terminal const terminal;
        auto const email = terminal.ask("E-mail: ");
        return done(client.log_in(email, terminal.ask_hidden("Password: ")), "logged in");
    }

    Outcome operator()(LogOut) const { return done(client.log_out(), "logged out"); }

  private:
    [[nodiscard]] Outcome done(client::Result<void> const& result, std::string const& what) const {
        if (!result) return failed(result.error());
        if (style == Style::json) return {Exit::done, value_text({{"success", true}}, style), {}};
        return {Exit::done, what + '\n', {}};
    }

    [[nodiscard]] Outcome one_setting(std::string const& path) const {
        (void)names_in(path);
        auto const value = client.get(path);
        if (value) return {Exit::done, value_text(*value, style), {}};
        if (value.error().code() != Errc::not_found) return failed(value.error());
        return {Exit::refused, {}, "there is no setting \"" + path + '"'};
    }

    [[nodiscard]] Outcome saved(client::Result<client::Revision> const& revision) const {
        if (!revision) return failed(revision.error());
        if (style != Style::json) return {};
        return {Exit::done, value_text({{"revision", *revision}}, style), {}};
    }
};

}  // namespace

Outcome run(Command const& command, Client& client, client::Time now, Style style) {
    return std::visit(Run{client, now, style}, command);
}

}  // namespace settings::cli
