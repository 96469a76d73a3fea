#include "cli/carry_out.h"
#include "cli/completion.h"
#include "cli/completions.h"
#include "cli/grammar.h"
#include "cli/layout.h"
#include "cli/usage_error.h"
#include "model/printable.h"

namespace settings::cli {

Outcome carry_out(PrintCompletion const& print, Context const&) {
    if (print.shell == "bash") return {Exit::done, bash_completion, {}};
    if (print.shell == "zsh") return {Exit::done, zsh_completion, {}};
    if (print.shell == "fish") return {Exit::done, fish_completion, {}};
    throw UsageError{"there is no completion for \"" + print.shell + "\"; take bash, zsh or fish"};
}

/// Somebody is typing: no daemon, and one that does not answer at once, mean no settings.
Outcome carry_out(Complete const& complete, Context const& context) {
    Grammar const grammar;
    Completion const completion{grammar.app(), complete.words};
    auto const& named = completion.socket();
    client::Client client{named.empty() ? context.socket : named,
                          client::Options{}.timeout(std::chrono::milliseconds{500})};
    auto const settings = [&client] {
        auto document = client.document();
        return document ? std::move(*document) : client::Json::object();
    };
    auto const held = [&client] {
        auto const review = client.review();
        return review && *review ? (*review)->keys : std::vector<std::string>{};
    };
    std::string lines;
    for (auto const& [text, description] : completion.candidates({settings, held}))
        lines += text + (description.empty() ? "" : '\t' + printable(description)) + '\n';
    return {Exit::done, lines, {}};
}

}  // namespace settings::cli
