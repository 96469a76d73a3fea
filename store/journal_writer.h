#pragma once

#include <cstdint>
#include <string>

#include "model/revision.h"
#include "store/origin.h"
#include "store/retention.h"
#include "store/sqlite.h"

namespace settings::store {

/// The writing end of the history: adds a revision, and lets go of the oldest ones beyond what is
/// to be kept. What either costs depends on the size of the new entry, never on the length of the
/// history. Runs inside a transaction that the caller holds. One thread. Throws SqliteError.
class JournalWriter {
  public:
    JournalWriter(Connection& connection, Retention retention);

    /// The newest revision; 0 when there never was one.
    [[nodiscard]] Revision head() const { return ends_.head; }

    /// Adds an entry under the revision after head(). `changes` is their stored text.
    void append(std::int64_t at, Origin origin, std::string const& app, std::string const& changes);

    /// Where the history begins and ends: as revisions, and in bytes of all entries ever written.
    struct Ends {
        Revision oldest = 0;
        Revision head = 0;
        std::int64_t begin = 0;  ///< bytes before `oldest`
        std::int64_t end = 0;    ///< bytes up to and with `head`
    };

    /// For the caller's savepoints: mark() tells where the history is, and back_to() returns there
    /// after a rollback.
    [[nodiscard]] Ends mark() const { return ends_; }
    void back_to(Ends mark) { ends_ = mark; }

    /// Finds the ends again after the whole transaction was rolled back.
    void reload();

  private:
    [[nodiscard]] bool keeps_too_much() const;
    void find_oldest();

    Retention retention_;
    Ends ends_;

    Statement first_;
    Statement last_;
    Statement append_;
    Statement drop_;
};

}  // namespace settings::store
