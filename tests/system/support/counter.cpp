// Counts one setting up, a number of times. Usage: settings-counter SOCKET NAME TIMES

#include <cstdio>
#include <cstdlib>

#include "settings/client.h"

namespace {

using settings::client::Errc;
using settings::client::Json;

/// Until it is counted: on a slow disk, others may be faster more often than one edit tries.
auto count(settings::Client& client, std::string const& name) {
    for (;;) {
        auto saved = client.edit([&](Json& all) { all[name] = all.value(name, 0) + 1; });
        if (saved || saved.error().code() != Errc::stale) return saved;
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    settings::Client client{argv[1]};
    for (int times = std::atoi(argv[3]); times > 0; --times) {
        auto const counted = count(client, argv[2]);
        if (counted) continue;
        std::fprintf(stderr, "%s\n", counted.error().message().c_str());
        return 1;
    }
    return 0;
}
