#pragma once

#include "store/sqlite.h"

namespace settings::store {

/// Makes of a store what version 5 of the schema would have: keys and values in one tree.
inline void take_back_to_version_5(Connection& connection) {
    connection.execute(R"sql(
        BEGIN IMMEDIATE;
        ALTER TABLE setting RENAME TO later_setting;
        CREATE TABLE setting (
            key      TEXT PRIMARY KEY NOT NULL,
            local    TEXT,
            mirror   TEXT,
            revision INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO setting SELECT key, local, mirror, revision FROM later_setting;
        DROP TABLE later_setting;
        CREATE INDEX setting_dirty ON setting (revision) WHERE local IS NOT mirror;
        PRAGMA user_version=5;
        COMMIT;
    )sql");
}

}  // namespace settings::store
