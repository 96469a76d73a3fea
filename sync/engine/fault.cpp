#include "sync/engine/fault.h"

namespace settings::sync {

bool proves_nothing_arrived(Fault fault) {
    switch (fault) {
        case Fault::unknown_outcome:
        case Fault::server_error:
        case Fault::impostor:
        case Fault::storage: return false;
        default: return true;
    }
}

bool is_the_servers(Fault fault) {
    switch (fault) {
        case Fault::unknown_outcome:
        case Fault::server_error:
        case Fault::refused: return true;
        default: return false;
    }
}

}  // namespace settings::sync
