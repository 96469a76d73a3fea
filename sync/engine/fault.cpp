#include "sync/engine/fault.h"

namespace settings::sync {

char const* name_of(Fault fault) {
    switch (fault) {
        case Fault::offline: return "offline";
        case Fault::barred: return "barred";
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
        case Fault::stranger: return "stranger";
    }
    return "unknown";
}

Doubt doubt_after(Fault fault) {
    switch (fault) {
        case Fault::unknown_outcome:
        case Fault::server_error:
        case Fault::impostor:
        case Fault::storage: return Doubt::open;
        case Fault::offline:
        case Fault::barred:
        case Fault::untrusted:
        case Fault::stranger: return Doubt::none;
        case Fault::refused:
        case Fault::too_large:
        case Fault::unauthorized:
        case Fault::forbidden:
        case Fault::missing: return Doubt::answered;
    }
    return Doubt::open;  // what is not known proves nothing
}

Doubt Setback::doubt() const { return nothing_arrived ? doubt_after(failure.fault) : Doubt::open; }

bool may_be_the_batch(Fault fault) {
    switch (fault) {
        case Fault::unknown_outcome:
        case Fault::server_error:
        case Fault::impostor:
        case Fault::forbidden:
        case Fault::missing: return true;
        case Fault::offline:
        case Fault::barred:
        case Fault::untrusted:
        case Fault::refused:
        case Fault::too_large:
        case Fault::unauthorized:
        case Fault::storage:
        case Fault::stranger: return false;
    }
    return false;
}

bool ends_service(Fault fault) {
    switch (fault) {
        case Fault::forbidden:
        case Fault::missing: return true;
        case Fault::offline:
        case Fault::barred:
        case Fault::untrusted:
        case Fault::unknown_outcome:
        case Fault::server_error:
        case Fault::impostor:
        case Fault::refused:
        case Fault::too_large:
        case Fault::unauthorized:
        case Fault::storage:
        case Fault::stranger: return false;
    }
    return false;
}

bool is_of_the_way(Fault fault) { return fault == Fault::offline || fault == Fault::barred; }

bool asks_for_patience(Fault fault) {
    switch (fault) {
        case Fault::server_error:
        case Fault::impostor:
        case Fault::forbidden: return true;
        case Fault::offline:
        case Fault::barred:
        case Fault::untrusted:
        case Fault::unknown_outcome:
        case Fault::refused:
        case Fault::too_large:
        case Fault::unauthorized:
        case Fault::missing:
        case Fault::storage:
        case Fault::stranger: return false;
    }
    return false;
}

bool is_the_servers(Fault fault) {
    switch (fault) {
        case Fault::unknown_outcome:
        case Fault::server_error:
        case Fault::refused: return true;
        case Fault::offline:
        case Fault::barred:
        case Fault::untrusted:
        case Fault::impostor:
        case Fault::too_large:
        case Fault::unauthorized:
        case Fault::forbidden:
        case Fault::missing:
        case Fault::storage:
        case Fault::stranger: return false;
    }
    return false;
}

}  // namespace settings::sync
