#include "store/reader.h"

#include "store/schema.h"

namespace settings::store {

Reader::Reader(std::filesystem::path const& file)
    : connection_{open_for_reading(file)},
      document_{connection_, "SELECT key, local FROM setting WHERE local IS NOT NULL"},
      head_{connection_, "SELECT coalesce(max(revision), 0) FROM journal"},
      pending_{connection_,
               "SELECT count(*) FROM setting WHERE local IS NOT mirror AND key NOT IN (SELECT key "
               "FROM rejected)"},
      oldest_pending_{connection_,
                      "SELECT EXISTS (SELECT 1 FROM setting WHERE local IS NOT mirror AND "
                      "revision <= ? AND key NOT IN (SELECT key FROM rejected))"},
      rejected_{connection_, "SELECT key, status, message, at FROM rejected ORDER BY key"} {}

Commit Reader::document() {
    Commit commit;
    commit.whole = true;
    for (auto rows = document_.query(); rows.next();)
        commit.changes.push_back({std::string{rows.text(0)}, rows.optional_text(1)});
    auto rows = head_.query();
    rows.next();
    commit.revision = rows.integer(0);
    return commit;
}

std::size_t Reader::pending() {
    auto rows = pending_.query();
    rows.next();
    return static_cast<std::size_t>(rows.integer(0));
}

bool Reader::is_pending(Revision revision) {
    auto rows = oldest_pending_.query(revision);
    rows.next();
    return rows.integer(0) != 0;
}

std::vector<Rejected> Reader::rejected() {
    std::vector<Rejected> list;
    for (auto rows = rejected_.query(); rows.next();)
        list.push_back({std::string{rows.text(0)},
                        {static_cast<unsigned>(rows.integer(1)), std::string{rows.text(2)}},
                        rows.integer(3)});
    return list;
}

}  // namespace settings::store
