#include "daemon/syncing.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <vector>

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

std::chrono::seconds since_1970() {
    using namespace std::chrono;
    return duration_cast<seconds>(system_clock::now().time_since_epoch());
}

sync::Account::Options account_options(Config const& config, DaemonClock const& clock) {
    sync::Account::Options options;
    options.sources.stored = config.store_directory / "credentials.json";
    options.sources.files = token_files(config);
    options.sources.command = !config.token_command.empty();
    options.clocks = {[clock] { return clock.now(); }, since_1970};
    options.token_command = config.token_command;
    options.device_name = config.device_name;
    return options;
}

void tell_way_out(Config const& config) {
    auto const way_out = config.way_out();
    if (way_out.proxy) spdlog::info("sync: through the proxy {}", name_of(*way_out.proxy));
    if (way_out.warning) spdlog::warn("sync: {}", *way_out.warning);
}

void tell_of_pause(sync::Memory const& memory) {
    if (!memory.paused) return;
    bool const is_damaged = memory.last_failure == sync::damaged_memory;
    spdlog::info("sync: paused; \"settingsctl resume\" goes on{}",
                 is_damaged ? std::string{": "} + sync::damaged_memory : "");
}

}  // namespace

std::vector<sync::TokenFile> token_files(Config const& config) {
    std::vector<sync::TokenFile> files;
    if (char const* folder = std::getenv("CREDENTIALS_DIRECTORY"); folder != nullptr)
        files.push_back({std::filesystem::path{folder} / "token", /*guarded=*/true});
    files.push_back({config.token_file ? *config.token_file : default_token_file()});
    return files;
}

Syncing::Syncing(asio::any_io_executor const& executor, loop::Worker& worker, Config const& config,
                 Storage& storage)
    : Syncing{executor,
              worker,
              config,
              storage,
              sync::memory_from(storage.reader.recall().value_or("")),
              sync::HttpsRemote{executor, config.remote()}} {
    tell_way_out(config);
}

Syncing::Syncing(asio::any_io_executor const& executor, loop::Worker& worker, Config const& config,
                 Storage& storage, sync::Memory const& memory, sync::HttpsRemote const& server)
    : clock{memory.clock},
      account{executor, account_options(config, clock), server.sibling()},
      organization{executor,
                   account,
                   storage.writer,
                   clock,
                   server.sibling(),
                   config.sync,
                   storage.reader.organization().value_or("")},
      driver{executor,    worker, storage.writer,
             account,     clock,  server.sibling(),
             config.sync, memory, [this](bool succeeded) { organization.looked(succeeded); }},
      walker{executor, worker, account, server.sibling(), config.way_out().warning},
      network_watch{executor,
                    [this](NetworkChange change) {
                        driver.network_changed(change, network_watch.has_network());
                    }},
      resume_watch{executor, [this] { driver.woke_up(); }},
      executor_{executor},
      server_{server.sibling()} {
    tell_of_pause(memory);
    driver.network_changed({}, network_watch.has_network());
}

void Syncing::configure(Config const& config) {
    auto server = std::make_unique<sync::HttpsRemote>(executor_, config.remote());
    server->know_addresses_of(*server_);
    tell_way_out(config);
    server_ = std::move(server);
    account.configure(server_->sibling(), config.device_name);
    walker.configure(server_->sibling(), config.way_out().warning);
    organization.configure(server_->sibling(), config.sync);
    driver.configure(server_->sibling(), config.sync);
}

void Syncing::stop() {
    driver.stop();
    account.stop();
}

}  // namespace settings::daemon
