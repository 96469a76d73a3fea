// One setting read in the app's own process, beside what it costs to ask for it.

#include <settings_snapshot.h>

#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/dconf.h"
#include "bench/figures.h"
#include "bench/load.h"
#include "bench/process.h"
#include "bench/statistics.h"
#include "settings/mapped_settings.h"

namespace settings::bench {
namespace {

/// Names of keys, in an order that no cache guesses.
std::vector<std::string> names(std::string const& prefix, std::int64_t keys) {
    constexpr std::size_t count = 4'096;
    std::vector<std::string> made;
    std::minstd_rand random{1};
    while (made.size() < count)
        made.push_back(prefix + key_name(static_cast<std::int64_t>(random()) % keys));
    return made;
}

/// Median cost of one read in nanoseconds. The clock is looked at once for all names.
template <class Read>
double cost(std::chrono::milliseconds time, std::vector<std::string> const& names, Read read) {
    auto const all = median_cost(time, [&] {
        for (auto const& name : names) read(name);
    });
    return 1'000 * all / static_cast<double>(names.size());
}

/// As a program in C reads it: the header alone.
class Header {
  public:
    explicit Header(std::filesystem::path const& socket) {
        if (settings_snapshot_open(&map_, (socket.native() + ".snapshot").c_str()) != 0)
            throw std::runtime_error{"the daemon has published nothing at " + socket.string()};
    }
    ~Header() { settings_snapshot_close(&map_); }
    Header(Header const&) = delete;
    Header& operator=(Header const&) = delete;

    void read(std::string const& name) const {
        settings_value value;
        char const* text = nullptr;
        if (settings_snapshot_is_replaced(&map_) ||
            settings_snapshot_get(&map_, name.data(), name.size(), &value) != SETTINGS_FOUND ||
            settings_value_text(&value, &text) == 0 || *text == '\0')
            throw std::runtime_error{"the snapshot has no " + name};
    }

  private:
    settings_snapshot map_{};
};

std::string nanoseconds(double value) { return readable(value) + " ns"; }

/// dconf, which reads one database as long as the process lives.
struct Peer {
    explicit Peer(std::filesystem::path const& folder) : dconf{folder}, reader{dconf} {}

    Dconf dconf;
    DconfReader reader;
};

void compare(Plan const& plan, Table& table, std::int64_t keys, std::optional<Peer>& peer) {
    Process const daemon{
        plan.daemon, plan.folder / ("mapped" + std::to_string(keys)), {.keys = keys}};
    Header const header{daemon.socket()};
    client::MappedSettings map{daemon.socket()};
    if (peer) peer->dconf.fill(keys);
    auto const ours = names("", keys), theirs = names("/bench/", keys);
    LoadOptions const asking{
        .socket = daemon.socket(), .mode = Mode::get_one, .time = plan.turn, .keys = keys};

    std::vector<double> in_c, in_cpp, by_socket, of_dconf, to_socket, to_dconf;
    for (int round = 0; round < plan.rounds; ++round) {
        in_c.push_back(cost(plan.turn, ours, [&](auto const& name) { header.read(name); }));
        in_cpp.push_back(cost(plan.turn, ours, [&](auto const& name) {
            if (map.get<std::string>(name, "").empty())
                throw std::runtime_error{"the snapshot has no " + name};
        }));
        auto const load = run_load(asking);
        if (load.errors > 0) throw std::runtime_error{"the daemon does not answer"};
        by_socket.push_back(1'000 * load.p50);
        to_socket.push_back(by_socket.back() / in_c.back());
        if (!peer) continue;
        of_dconf.push_back(
            cost(plan.turn, theirs, [&](auto const& name) { peer->reader.read(name); }));
        to_dconf.push_back(in_c.back() / of_dconf.back());
    }
    auto const size = " with " + readable(static_cast<double>(keys)) + " keys";
    table.row("asking for it, as a multiple," + size, median(to_socket), Goal::at_least(100),
              nanoseconds(median(by_socket)) + " over " + nanoseconds(median(in_c)));
    table.row("as a multiple of dconf's," + size, median(to_dconf),
              peer ? Goal::at_most(0.25) : Goal::none(),
              peer ? nanoseconds(median(of_dconf)) + " of dconf's" : "dconf is not installed");
    table.row("as a std::string in C++, ns," + size, median(in_cpp), Goal::none());
}

}  // namespace

void measure_mapped_reads(Plan const& plan, Table& table) {
    table.section("One setting read from the mapped file");
    std::optional<Peer> peer;
    if (Dconf::is_there()) {
        auto const folder = plan.folder / "dconf-mapped";
        std::filesystem::create_directories(folder);
        peer.emplace(folder);
    }
    for (std::int64_t const keys : {12, 10'000}) compare(plan, table, keys, peer);
}

}  // namespace settings::bench
