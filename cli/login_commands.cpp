#include <iostream>

#include "cli/carry_out.h"
#include "cli/outcome.h"
#include "cli/terminal.h"
#include "cli/tokens.h"

namespace settings::cli {

Outcome carry_out(LogIn const& login, Context const& context) {
    if (login.with_tokens) {
        auto const tokens = tokens_from(std::cin);
        return done(context.client.adopt_tokens(tokens.access, tokens.refresh), "logged in",
                    context.style);
    }
    Terminal const terminal;
    auto const email = terminal.ask("E-mail: ");
    return done(context.client.log_in(email, terminal.ask_hidden("Password: ")), "logged in",
                context.style);
}

Outcome carry_out(LogOut const&, Context const& context) {
    return done(context.client.log_out(), "logged out", context.style);
}

}  // namespace settings::cli
