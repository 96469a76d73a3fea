#include "store/notices.h"

#include "model/json.h"

namespace settings::store {

Notices::Notices(Connection& connection)
    : last_{connection, "SELECT value FROM memory WHERE name = 'notice'"},
      tell_{connection, "INSERT OR REPLACE INTO memory VALUES ('notice', ?)"},
      dismiss_{connection, "DELETE FROM memory WHERE name = 'notice'"} {}

std::optional<Notices::Notice> Notices::last() {
    auto rows = last_.query();
    if (!rows.next()) return std::nullopt;
    auto const stored = parse_json(rows.text(0));
    if (!stored) return std::nullopt;
    auto const* at = member(&*stored, "at");
    auto const* text = member(&*stored, "text");
    if (at == nullptr || !at->is_number_integer() || text == nullptr || !text->is_string())
        return std::nullopt;
    return Notice{at->get<std::int64_t>(), text->get<std::string>()};
}

void Notices::tell(Notice const& notice) {
    tell_.run(to_text(Json{{"at", notice.at}, {"text", notice.text}}));
}

void Notices::dismiss() { dismiss_.run(); }

}  // namespace settings::store
