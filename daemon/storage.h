#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>

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
    /// Locks the folder, salvages a damaged store, and reads the document. Throws AlreadyRunning,
    /// ConfigError, or what the parts throw, with a sentence for the person who started the daemon.
    Storage(Config const& config, store::Writer::RunOnLoop run_on_loop,
            store::Writer::Published published, store::Writer::Ruined ruined);

    /// Closes the file, when nobody writes or reads any more. Whoever has it open last brings the
    /// log into the database and removes it, and only a writer can.
    void close();

    /// As close(), for a store that a new start has to look at: what apps saw last is left for it.
    void close_for_recovery();

    store::Lock const lock;
    std::filesystem::path const file;
    store::Writer writer;
    std::optional<store::Reader> open_reader;  ///< open until close()
    store::Reader& reader;
    store::View view;
};

}  // namespace settings::daemon
