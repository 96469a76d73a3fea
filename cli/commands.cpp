#include "cli/commands.h"

#include "cli/assignment.h"

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

  private:
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
