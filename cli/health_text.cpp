#include "cli/health_text.h"

#include <algorithm>
#include <boost/algorithm/string/predicate.hpp>
#include <cstdlib>

#include "cli/layout.h"
#include "model/printable.h"

namespace settings::cli {
namespace {

using client::Json;
using Health = Finding::Health;

/// How one state of health is shown.
struct Sign {
    char const* word;  ///< for programs
    char const* symbol;
    char const* ascii;
    Colour colour;
};

constexpr Sign sign_of(Health health) {
    switch (health) {
        case Health::good: return {"good", "✓", "ok ", Colour::green};
        case Health::doubtful: return {"doubtful", "!", "?? ", Colour::yellow};
        case Health::bad: break;
    }
    return {"bad", "✗", "BAD", Colour::red};
}

/// How long it took, where it took any time.
std::string time_of(Finding const& finding) {
    if (!finding.took || finding.took->count() == 0) return {};
    return " (" + std::to_string(finding.took->count()) + " ms)";
}

std::string lines_of(Finding const& finding, Style style, bool unicode) {
    auto const sign = sign_of(finding.health);
    std::string name = finding.check;
    name.resize(12, ' ');
    std::string const start = unicode ? sign.symbol : sign.ascii;
    std::string const line = printable(finding.message) + time_of(finding) + '\n';
    std::string lines = coloured(start, sign.colour, style) + ' ' + name + line;
    std::string const indentation(unicode ? 14 : 16, ' ');
    if (!finding.mend.empty()) lines += indentation + "to do: " + printable(finding.mend) + '\n';
    return lines;
}

Json json_of(Finding const& finding) {
    Json json{{"check", finding.check},
              {"health", sign_of(finding.health).word},
              {"message", finding.message},
              {"mend", finding.mend}};
    if (finding.took) json["milliseconds"] = finding.took->count();
    return json;
}

}  // namespace

bool is_healthy(std::vector<Finding> const& findings) {
    return std::ranges::find(findings, Health::bad, &Finding::health) == findings.end();
}

std::string health_text(std::vector<Finding> const& findings, Style style, bool unicode) {
    if (style != Style::json) {
        std::string lines;
        for (auto const& finding : findings) lines += lines_of(finding, style, unicode);
        return lines;
    }
    Json checks = Json::array();
    for (auto const& finding : findings) checks.push_back(json_of(finding));
    return value_text({{"healthy", is_healthy(findings)}, {"checks", checks}}, style);
}

bool speaks_unicode() {
    for (auto const* variable : {"LC_ALL", "LC_CTYPE", "LANG"})
        if (char const* locale = std::getenv(variable); locale != nullptr && *locale != '\0')
            return boost::iends_with(locale, "UTF-8") || boost::iends_with(locale, "utf8");
    return false;
}

}  // namespace settings::cli
