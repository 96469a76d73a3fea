#include "tests/crash/verdict.h"

#include <algorithm>
#include <fstream>
#include <future>

#include "store/high_water.h"
#include "store/recovery.h"
#include "store/writer.h"
#include "tests/crash/contents.h"
#include "tests/support/temporary_folder.h"

namespace settings::crash {
namespace {

void write_out(Files const& files, std::filesystem::path const& folder) {
    for (auto const& [name, content] : files) {
        std::ofstream file{folder / name, std::ios::binary};
        file << content;
    }
}

/// What was written out is the disk itself, and no copy of it: the file beside the store is the one
/// that it says it is.
void be_the_disk_itself(std::filesystem::path const& store) {
    auto const mark = store::HighWater::of(store);
    if (mark.is_copy) store::HighWater::renew(store, mark.revision, mark.run, mark.store_remembers);
}

/// Whether the store takes an edit and gives it back once it is closed.
std::optional<std::string> fault_of_an_edit(store::Writer& writer,
                                            std::filesystem::path const& store) {
    std::promise<Result<void>> done;
    writer.submit(
        [](store::Ledger& ledger) -> Result<void> {
            auto saved = ledger.apply(Patch{{{"after", "the cut"}}}, "app");
            if (!saved) return saved.error();
            return {};
        },
        [&](Result<void> outcome) { done.set_value(std::move(outcome)); });
    writer.close();
    auto const outcome = done.get_future().get();
    if (!outcome) return "it takes no edit: " + outcome.error().message();
    if (contents_of(store).find(R"(setting|after|"the cut"|)") == std::string::npos)
        return "an edit after the power cut is not there";
    return std::nullopt;
}

std::optional<std::string> fault_of_state(std::string const& found, Run const& run,
                                          std::size_t promised) {
    auto const first = run.states.begin() + static_cast<std::ptrdiff_t>(promised);
    if (std::find(first, run.states.end(), found) != run.states.end()) return std::nullopt;
    auto const older = std::find(run.states.begin(), first, found);
    if (older == first) return "it holds what was never committed as a whole:\n" + found;
    return "it holds state " + std::to_string(older - run.states.begin()) + ", and state " +
           std::to_string(promised) + " was acknowledged";
}

std::optional<std::string> fault_of_store(std::filesystem::path const& store, Run const& run,
                                          std::size_t promised) {
    // Until then the damaged store is only being laid out.
    if (run.is_damaged && promised == 0) return std::nullopt;
    auto const told = store::recover(store);
    if (told && !run.is_damaged) return "a power cut counts as damage: " + *told;
    // Opening it may have to create it.
    store::Writer writer{store, [](auto task) { task(); }, [](auto const&) {}, {}};
    if (auto damage = damage_of(store); !damage.empty()) return "SQLite finds: " + damage;
    if (auto fault = fault_of_state(contents_of(store), run, promised)) return fault;
    return fault_of_an_edit(writer, store);
}

}  // namespace

std::optional<std::string> fault_in(Files const& files, Run const& run, std::size_t promised) {
    TemporaryFolder const folder;
    write_out(files, folder.path());
    be_the_disk_itself(folder / store_name);
    try {
        return fault_of_store(folder / store_name, run, promised);
    } catch (std::exception const& failure) {
        return std::string{"it cannot be opened: "} + failure.what();
    }
}

}  // namespace settings::crash
