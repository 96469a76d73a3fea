#include "cli/outcome.h"

namespace settings::cli {

Outcome failed(client::Error const& error) {
    switch (error.code()) {
        case client::Errc::unreachable: return {Exit::unreachable, {}, error.message()};
        case client::Errc::unknown: return {Exit::unknown, {}, error.message()};
        case client::Errc::refused:
        case client::Errc::not_found:
        case client::Errc::wrong_type:
        case client::Errc::stale:
        case client::Errc::conflict:
        case client::Errc::busy:
        case client::Errc::storage:
        case client::Errc::protocol:
        case client::Errc::incomplete: break;
    }
    return {Exit::refused, {}, error.message()};
}

Outcome done(client::Result<void> const& result, std::string const& sentence, Style style) {
    if (!result) return failed(result.error());
    if (style == Style::json) return {Exit::done, value_text({{"success", true}}, style), {}};
    return {Exit::done, sentence + '\n', {}};
}

Outcome saved(client::Result<client::Revision> const& revision, Style style,
              std::string const& sentence) {
    if (!revision) return failed(revision.error());
    if (style == Style::json) return {Exit::done, value_text({{"revision", *revision}}, style), {}};
    return {Exit::done, sentence.empty() ? "" : sentence + '\n', {}};
}

Outcome saved_if_any(std::optional<client::Revision> const& revision, Style style) {
    if (revision) return saved(client::Result<client::Revision>{*revision}, style);
    return {Exit::done, style == Style::json ? value_text({{"revision", nullptr}}, style) : "", {}};
}

}  // namespace settings::cli
