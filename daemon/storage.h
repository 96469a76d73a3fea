#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

#include "daemon/config.h"
#include "store/lock.h"
#include "store/reader.h"
#include "store/view.h"
#include "store/writer.h"

namespace settings::daemon {

/// Another daemon holds the store.
class AlreadyRunning : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// The store: what keeps others off it, what writes and reads it, and what apps see of it. Each
/// member needs those before it.
struct Storage {
    /// Locks the folder, salvages a damaged store, and reads the document. Of a store that cannot
    /// be written for now the document is there, and edits are refused. Throws AlreadyRunning,
    /// ConfigError, or what the parts throw, with a sentence for the person who started the daemon.
    Storage(Config const& config, store::Writer::RunOnLoop run_on_loop,
            store::Writer::Published published, store::Writer::Ruined ruined);

    /// Closes the file, when nobody writes or reads any more. Whoever has it open last brings the
    /// log into the database and removes it, and only a writer can. Where the database was moved,
    /// deleted, replaced or overwritten, what apps saw last is left for the next start.
    void close();

    /// As close(), for a store that a new start has to look at: what apps saw last is left for it,
    /// unless it was not written to.
    void close_for_recovery();

    /// Whether a new start would find the disk as this one did: writable, or not for the same
    /// reason.
    [[nodiscard]] bool is_disk_as_it_was() const;

    store::Lock const lock;
    std::filesystem::path const file;
    std::optional<std::string> const unwritable;  ///< why the disk takes no edits for now
    store::Writer writer;
    std::optional<store::Reader> open_reader;  ///< open until close()
    store::Reader& reader;
    store::View view;

  private:
    void leave_last_seen() const;
    void tell_if_log_stays() const;
};

}  // namespace settings::daemon
