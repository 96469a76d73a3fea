#include "sync/engine/fault.h"

namespace settings::sync {

char const* name_of(Fault fault) {
    switch (fault) {
        case Fault::offline: return "offline";
        case Fault::untrusted: return "untrusted";
        case Fault::unknown_outcome: return "unknown_outcome";
        case Fault::server_error: return "server_error";
        case Fault::impostor: return "impostor";
        case Fault::refused: return "refused";
        case Fault::too_large: return "too_large";
        case Fault::unauthorized: return "unauthorized";
        case Fault::forbidden: return "forbidden";
        case Fault::missing: return "missing";
        case Fault::storage: return "storage";
    }
    return "unknown";
}

bool proves_nothing_arrived(Fault fault) {
    switch (fault) {
        case Fault::unknown_outcome:
        case Fault::server_error:
        case Fault::impostor:
        case Fault::storage: return false;
        case Fault::offline:
        case Fault::untrusted:
        case Fault::refused:
        case Fault::too_large:
        case Fault::unauthorized:
        case Fault::forbidden:
        case Fault::missing: return true;
    }
    return false;  // what is not known proves nothing
}

bool is_the_servers(Fault fault) {
    switch (fault) {
        case Fault::unknown_outcome:
        case Fault::server_error:
        case Fault::refused: return true;
        case Fault::offline:
        case Fault::untrusted:
        case Fault::impostor:
        case Fault::too_large:
        case Fault::unauthorized:
        case Fault::forbidden:
        case Fault::missing:
        case Fault::storage: return false;
    }
    return false;
}

}  // namespace settings::sync
