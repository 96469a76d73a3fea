#pragma once

#include <array>
#include <streambuf>

#include "store/sqlite.h"

struct sqlite3_file;

namespace settings::store {

/// The bytes of a file that a connection has open: of the database, without what is in its log, or
/// of the log. To open the database beside SQLite would end, when it is closed again, all locks
/// that this process has on it (sqlite.org/howtocorrupt.html, 2.2). For the connection's thread.
/// Throws SqliteError for what the disk cannot read.
class OpenFile : public std::streambuf {
  public:
    enum class Which { database, log };
    explicit OpenFile(Connection const& connection, Which which = Which::database);

  protected:
    int_type underflow() override;
    pos_type seekoff(off_type offset, std::ios::seekdir from, std::ios::openmode which) override;
    pos_type seekpos(pos_type place, std::ios::openmode which) override;

  private:
    [[nodiscard]] off_type size() const;

    sqlite3_file* file_ = nullptr;
    std::array<char, 4'096> chunk_{};
    off_type next_ = 0;  ///< place in the file of the byte behind the chunk
};

}  // namespace settings::store
