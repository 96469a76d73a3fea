#include "store/last_seen.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include "model/same.h"
#include "store/document.h"
#include "store/files.h"
#include "store/high_water.h"
#include "store/identity.h"

namespace settings::store {
namespace {

namespace fs = std::filesystem;

fs::path seen_beside(fs::path store) { return store += "-seen"; }

std::optional<Json> last_seen(fs::path const& store) {
    std::ifstream stream{seen_beside(store), std::ios::binary};
    if (!stream) return std::nullopt;
    auto seen = parse_json(std::string{std::istreambuf_iterator<char>{stream}, {}});
    if (!seen || !seen->is_object()) return std::nullopt;
    return std::move(*seen);
}

std::vector<Touched> missing_of(Json const& seen, Document& document) {
    auto keys = document.keys();
    for (auto const& entry : seen.items()) keys.insert(entry.key());
    std::vector<Touched> missing;
    for (auto const& key : keys) {
        auto const local = document.load(key).local;
        auto const then = copy_of(member(&seen, key));
        if (!same(local, then)) missing.push_back({key, local, then});
    }
    return missing;
}

}  // namespace

void note_last_seen(fs::path const& store, View const& view) {
    auto const file = seen_beside(store);
    int const descriptor =
        open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) throw std::system_error{errno, std::generic_category(), file.string()};
    std::string text;
    view.append_to(text);
    std::size_t written = 0;
    while (written < text.size()) {
        auto const count = write(descriptor, text.data() + written, text.size() - written);
        if (count <= 0) break;
        written += static_cast<std::size_t>(count);
    }
    bool const is_kept = written == text.size() && fsync(descriptor) == 0;
    int const error = errno;
    close(descriptor);
    if (!is_kept) throw std::system_error{error, std::generic_category(), file.string()};
    flush_folder_of(store);
}

std::optional<std::string> bring_back_last_seen(Connection& connection, fs::path const& store) {
    auto const seen = last_seen(store);
    if (!seen) return std::nullopt;
    connection.execute("BEGIN IMMEDIATE");
    Document document{connection, unix_milliseconds, {}};
    auto const missing = missing_of(*seen, document);
    if (!missing.empty()) {
        become_another(connection, HighWater::of(store).revision);
        // What is brought back is older than what the log had, as in a store that was put back.
        connection.execute("DELETE FROM sent");
        connection.execute("INSERT OR REPLACE INTO memory VALUES ('put_back', '')");
        document.reload();
        document.write(missing, Origin::recovery);
    }
    connection.execute("COMMIT");
    if (missing.empty()) return std::nullopt;
    return std::to_string(missing.size()) +
           (missing.size() == 1 ? " setting was" : " settings were") +
           " brought back as apps saw them last, since the store's files had lost them";
}

void forget_last_seen(fs::path const& store) { fs::remove(seen_beside(store)); }

}  // namespace settings::store
