#include <chrono>
#include <iostream>
#include <optional>

#include "cli/carry_out.h"
#include "cli/decisions_text.h"
#include "cli/outcome.h"
#include "cli/print.h"
#include "cli/second_factor.h"
#include "cli/terminal.h"
#include "cli/tokens.h"
#include "model/printable.h"

namespace settings::cli {
namespace {

using client::First;
using client::Verdict;
using Review = client::Status::Review;

/// How long a person who has just logged in waits to see what the account has.
constexpr std::chrono::seconds first_look{30};

std::optional<First> first_of(std::optional<std::string> const& name) {
    if (!name) return std::nullopt;
    if (*name == "account") return First::account;
    if (*name == "device") return First::device;
    return *name == "merge" ? First::merge : First::ask;
}

bool is_another(Review const& review) { return review.kind != "removals"; }

/// What the person says to the account's document; nothing to keep the two apart.
std::optional<Verdict> decision_at(Terminal const& terminal, Review const& review,
                                   std::string const& former) {
    if (asks_for_nothing(review)) return Verdict::merge;
    terminal.show('\n' + encounter_text(review, Style::plain) + '\n' +
                  choices_text(review, former));
    for (;;) {
        auto const answer = terminal.choice("Which? [m/a/d/c] ");
        if (!answer || *answer == 'c') return std::nullopt;
        if (*answer == 'm') return Verdict::merge;
        if (*answer == 'a') return Verdict::account;
        if (*answer == 'd') return Verdict::device;
    }
}

/// Shows the daemon one answer of the person's, or has a link mailed.
client::Result<void> show(Context const& context, FactorAnswer const& shown) {
    switch (shown.what) {
        case FactorAnswer::What::code: return context.client.show_code(shown.text);
        case FactorAnswer::What::link_token: return context.client.show_link(shown.text);
        case FactorAnswer::What::wish_for_link: break;
    }
    return context.client.mail_link();
}

/// Asks for the second factor until it is shown, or cannot be shown here. Whoever enters nothing
/// gives up.
client::Result<void> finish(Terminal const& terminal, Context const& context,
                            client::Result<void> login) {
    bool is_mailed = false;
    std::optional<client::SecondFactor> factor;
    while (!login || is_mailed) {
        if (!login) {
            factor = login.error().second_factor();
            bool const goes_on = login.error().code() == client::Errc::incomplete;
            if (!goes_on || !factor || !can_be_shown(*factor)) return login;
            terminal.show(printable(login.error().message()) + '\n');
        }
        auto const shown = factor_answer(terminal.ask(question(*factor, is_mailed)), *factor);
        login = show(context, shown);
        is_mailed = login && shown.what == FactorAnswer::What::wish_for_link;
    }
    return login;
}

Outcome cancelled(Context const& context, std::string const& former) {
    auto const out = context.client.log_out();
    if (!out) return failed(out.error());
    auto const as_before = former.empty() ? "" : "; to go on as before, log in as " + former;
    return {Exit::refused, {}, "logged out again; nothing was sent or taken over" + as_before};
}

/// Shows what the account's document would bring, and asks what to do with it. Where the server
/// cannot be asked now, the document is held until the person decides.
Outcome introduce(Terminal const& terminal, Context const& context, std::string const& former) {
    auto const looked = context.client.sync(first_look);
    if (!looked) return failed(looked.error());
    auto const review = context.client.review();
    if (!review) return failed(review.error());
    bool const waits = *review && is_another(**review);
    if (!waits && looked->synced) return done(client::Result<void>{}, "logged in", context.style);
    if (!waits)
        return {Exit::done, "logged in; not synced yet: " + printable(looked->reason) + '\n', {}};
    auto const verdict = decision_at(terminal, **review, former);
    if (!verdict) return cancelled(context, former);
    auto const next = asks_for_nothing(**review)
                          ? "the next look brings what is here to the account"
                          : decision_text(*verdict);
    return done(context.client.decide(*verdict), "logged in; " + next, context.style);
}

}  // namespace

Outcome carry_out(LogIn const& login, Context const& context) {
    auto const first = first_of(login.first);
    if (login.with_tokens) {
        auto const tokens = tokens_from(std::cin);
        auto const adopted =
            context.client.adopt_tokens(tokens.access, tokens.refresh, first, tokens.provider);
        return done(adopted, "logged in", context.style);
    }
    Terminal const terminal{"give tokens instead: settingsctl login --tokens <FILE"};
    auto const status = context.client.status();
    if (!status) return failed(status.error());
    terminal.show("Login at " + printable(status->server) + '\n');
    auto const email = terminal.ask("E-mail: ");
    auto const password = terminal.ask_hidden("Password: ");
    auto const logged_in = finish(
        terminal, context, context.client.log_in(email, password, first.value_or(First::ask)));
    if (!logged_in || first) return done(logged_in, "logged in", context.style);
    auto const former = status->account ? status->account->email : std::string{};
    return introduce(terminal, context, former == email ? std::string{} : former);
}

Outcome carry_out(LogOut const&, Context const& context) {
    return done(context.client.log_out(), "logged out", context.style);
}

Outcome carry_out(WhoAmI const&, Context const& context) {
    auto const status = context.client.status();
    if (!status) return failed(status.error());
    if (!status->account) return {Exit::refused, {}, "nobody is logged in: settingsctl login"};
    return {Exit::done, account_text(*status, context.now, context.style), {}};
}

}  // namespace settings::cli
