#include "bench/stock.h"

#include <cstdio>
#include <iterator>

#include "store/schema.h"

namespace settings::bench {

std::string key_name(std::int64_t number) {
    char name[32];
    std::snprintf(name, sizeof name, "key%06lld", static_cast<long long>(number));
    return name;
}

store::Retention retention_of(Stock stock) {
    constexpr std::int64_t plenty = 100'000'000'000;
    return {.revisions = stock.full ? stock.rows : plenty, .bytes = plenty};
}

namespace {

/// {"key000000":{"a":{"b":{}},"c":[]},…}
std::string object_of_objects(std::int64_t bytes) {
    std::string text;
    for (std::int64_t member = 0; std::ssize(text) < bytes; ++member)
        text += (text.empty() ? "{\"" : ",\"") + key_name(member) + R"(":{"a":{"b":{}},"c":[]})";
    return text + '}';
}

}  // namespace

void fill_store(std::filesystem::path const& file, Stock stock) {
    auto connection = store::open_for_writing(file);
    connection.execute("BEGIN IMMEDIATE");
    store::Statement{connection,
                     "WITH RECURSIVE n(i) AS (SELECT 0 WHERE ?1 > 0 UNION ALL SELECT i + 1 FROM n "
                     "WHERE i + 1 < ?1) INSERT INTO setting SELECT printf('key%06d', i), "
                     "'\"as synced\"', '\"as synced\"', 1 FROM n"}
        .run(stock.keys);
    store::Statement{connection,
                     "WITH RECURSIVE n(i) AS (SELECT 1 WHERE ?1 > 0 UNION ALL SELECT i + 1 FROM n "
                     "WHERE i < ?1) INSERT INTO journal (revision, at, origin, app, changes, "
                     "position) SELECT i, 1700000000000 + i, 'app', '1000', "
                     "printf('[{\"new\":%d,\"old\":%d,\"path\":[\"key%06d\"]}]', i, i - 1, "
                     "i % 1000), i * 128 FROM n"}
        .run(stock.rows);
    if (stock.large_bytes > 0)
        store::Statement{connection, "INSERT INTO setting VALUES ('large', ?1, ?1, 1)"}.run(
            object_of_objects(stock.large_bytes));
    connection.execute("COMMIT");
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace settings::bench
