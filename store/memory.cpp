#include "store/memory.h"

namespace settings::store {

Memory::Memory(Connection& connection)
    : remember_{connection, "INSERT OR REPLACE INTO memory VALUES ('engine', ?)"},
      recall_{connection, "SELECT value FROM memory WHERE name = 'engine'"} {}

void Memory::remember(std::string const& text) { remember_.run(text); }

std::optional<std::string> Memory::recall() {
    auto rows = recall_.query();
    if (!rows.next()) return std::nullopt;
    return std::string{rows.text(0)};
}

}  // namespace settings::store
