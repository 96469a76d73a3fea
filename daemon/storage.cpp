#include "daemon/storage.h"

#include <spdlog/spdlog.h>

#include <system_error>
#include <utility>

#include "daemon/state_directory.h"
#include "store/last_seen.h"
#include "store/recovery.h"

namespace settings::daemon {
namespace {

store::Lock lock_store(std::filesystem::path const& folder) {
    prepare_state_directory(folder);
    auto lock = store::Lock::take(folder);
    if (!lock) throw AlreadyRunning{lock.error().message()};
    return std::move(*lock);
}

/// The database, fit for use. SQLite is told to follow no links, and looks at each folder above as
/// well, so the path has none.
std::filesystem::path sound_file_in(std::filesystem::path const& folder) {
    auto file = std::filesystem::canonical(folder) / "settings.db";
    if (auto const happened = store::recover(file)) spdlog::error("{}", *happened);
    return file;
}

store::Writer::Options writer_options(Config const& config, store::Writer::Ruined ruined) {
    store::Writer::Options options;
    options.ruined = std::move(ruined);
    options.retention = config.journal;
    return options;
}

}  // namespace

Storage::Storage(Config const& config, store::Writer::RunOnLoop run_on_loop,
                 store::Writer::Published published, store::Writer::Ruined ruined)
    : lock{lock_store(config.store_directory)},
      file{sound_file_in(config.store_directory)},
      writer{file, std::move(run_on_loop), std::move(published),
             writer_options(config, std::move(ruined))},
      open_reader{std::in_place, file},
      reader{*open_reader} {
    view.apply(reader.document());
}

void Storage::close_for_recovery() {
    close();
    try {
        store::note_last_seen(file, view);
    } catch (std::system_error const& error) {
        spdlog::error("what apps saw last cannot be kept for the next start: {}", error.what());
    }
}

void Storage::close() {
    open_reader.reset();
    writer.close();
}

}  // namespace settings::daemon
