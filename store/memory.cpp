#include "store/memory.h"

#include <utility>

namespace settings::store {

Memory::Memory(Connection& connection, std::string_view name)
    : name_{name},
      remember_{connection, "INSERT OR REPLACE INTO memory VALUES (?, ?)"},
      forget_{connection, "DELETE FROM memory WHERE name = ?"},
      recall_{connection, "SELECT value FROM memory WHERE name = ?"} {}

void Memory::remember(std::string const& text) {
    remember_.run(name_, text);
    is_news_ = true;
}

void Memory::forget() {
    forget_.run(name_);
    is_news_ = true;
}

bool Memory::take_news() { return std::exchange(is_news_, false); }

std::optional<std::string> Memory::recall() {
    auto rows = recall_.query(name_);
    if (!rows.next()) return std::nullopt;
    return std::string{rows.text(0)};
}

}  // namespace settings::store
