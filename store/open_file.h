#pragma once

#include <array>
#include <cstddef>
#include <streambuf>
#include <string>

#include "store/sqlite.h"

struct sqlite3_file;

namespace settings::store {

/// The bytes of the database that a connection has open, without what is in its log. To open the
/// database beside SQLite would end, when it is closed again, all locks that this process has on it
/// (sqlite.org/howtocorrupt.html, 2.2). For the connection's thread. Throws SqliteError for what
/// the disk cannot read.
class OpenFile : public std::streambuf {
  public:
    explicit OpenFile(Connection const& connection);

  protected:
    int_type underflow() override;
    pos_type seekoff(off_type offset, std::ios::seekdir from, std::ios::openmode which) override;
    pos_type seekpos(pos_type place, std::ios::openmode which) override;

  private:
    [[nodiscard]] off_type size() const;

    sqlite3_file* file_;
    std::array<char, 4'096> chunk_{};
    off_type next_ = 0;  ///< place in the file of the byte behind the chunk
};

/// The first bytes of the log that a connection has open; empty when it has fewer. One read, and no
/// look at the log's size: this is asked before each commit. Throws as OpenFile does.
[[nodiscard]] std::string beginning_of_log(Connection const& connection, std::size_t bytes);

}  // namespace settings::store
