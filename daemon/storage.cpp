#include "daemon/storage.h"

#include <spdlog/spdlog.h>

#include <system_error>
#include <utility>

#include "daemon/state_directory.h"
#include "store/files.h"
#include "store/last_seen.h"
#include "store/recovery.h"
#include "store/schema.h"
#include "store/unwritable.h"

namespace settings::daemon {
namespace {

store::Lock lock_store(std::filesystem::path const& folder) {
    prepare_state_directory(folder);
    auto lock = store::Lock::take(folder);
    if (!lock) throw AlreadyRunning{lock.error().message()};
    return std::move(*lock);
}

/// SQLite is told to follow no links, and looks at each folder above as well, so the path has none.
std::filesystem::path file_in(std::filesystem::path const& folder) {
    return std::filesystem::canonical(folder) / "settings.db";
}

/// Whether another program has locked the database.
bool is_held(std::runtime_error const& error) {
    auto const* sqlite = dynamic_cast<store::SqliteError const*>(&error);
    return sqlite != nullptr && sqlite->is_busy();
}

/// Why the disk takes no edits for now, as those are told who bring some.
std::optional<std::string> refusal_of_disk(std::filesystem::path const& file) {
    auto const why = store::why_unwritable(file);
    if (!why) return std::nullopt;
    return *why + ". Edits are taken again as soon as the disk takes them";
}

/// Makes the database fit for use. Returns why that cannot be done for now, when it is for the disk
/// alone.
std::optional<std::string> make_sound(std::filesystem::path const& file) {
    try {
        if (auto const happened = store::recover(file)) spdlog::error("{}", *happened);
        return std::nullopt;
    } catch (store::UnusableStore const&) {
        throw;
    } catch (std::runtime_error const& error) {
        if (is_held(error))
            throw std::runtime_error{"another program holds " + file.string() + " (" +
                                     error.what() +
                                     "); end it, or wait for it, and start settingsd again"};
        auto why = refusal_of_disk(file);
        if (!why) throw std::runtime_error{file.string() + " cannot be used: " + error.what()};
        return why;
    }
}

store::Writer::Options writer_options(Config const& config,
                                      std::optional<std::string> const& unwritable,
                                      store::Writer::Ruined ruined, std::function<void()> missed) {
    store::Writer::Options options;
    options.ruined = std::move(ruined);
    options.missed = std::move(missed);
    options.retention = config.journal;
    options.unwritable = unwritable;
    return options;
}

store::Connection open_to_read(std::filesystem::path const& file,
                               std::optional<std::string> const& unwritable) {
    if (unwritable) return store::copy_in_memory(file, *unwritable);
    return store::open_for_reading(file);
}

}  // namespace

Storage::Storage(Config const& config, store::Writer::RunOnLoop run_on_loop,
                 store::Writer::Published published, store::Writer::Ruined ruined)
    : lock{lock_store(config.store_directory)},
      file{file_in(config.store_directory)},
      unwritable{make_sound(file)},
      writer{file, std::move(run_on_loop), std::move(published),
             writer_options(config, unwritable, std::move(ruined),
                            [this] {
                                // It may be back by now.
                                if (writer.misses_database()) leave_last_seen();
                            })},
      open_reader{std::in_place, open_to_read(file, unwritable)},
      reader{*open_reader} {
    view.apply(reader.document());
    if (unwritable)
        spdlog::error("{}. Until then what is there is served, and edits are refused", *unwritable);
}

bool Storage::is_disk_as_it_was() const { return refusal_of_disk(file) == unwritable; }

void Storage::close_for_recovery() {
    open_reader.reset();
    writer.close();
    if (!unwritable) leave_last_seen();
}

void Storage::close() {
    open_reader.reset();
    if (writer.close())
        tell_if_log_stays();
    else
        leave_last_seen();
}

/// Who makes a copy of a stopped daemon's store expects one file.
void Storage::tell_if_log_stays() const {
    std::error_code none;
    auto const log = store::log_of(file);
    if (std::filesystem::file_size(log, none) == 0 || none) return;
    spdlog::warn("another program reads the store, so not all is in {}: a copy of it needs {}, too",
                 file.string(), log.string());
}

void Storage::leave_last_seen() const {
    try {
        store::note_last_seen(file, view, writer.remembered());
    } catch (std::system_error const& error) {
        spdlog::error("what apps saw last cannot be kept for the next start: {}", error.what());
    }
}

}  // namespace settings::daemon
