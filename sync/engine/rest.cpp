#include "sync/engine/rest.h"

namespace settings::sync {

char const* name_of(Rest why) {
    switch (why) {
        case Rest::due: return "due";
        case Rest::idle: return "idle";
        case Rest::verify: return "verify";
        case Rest::retry: return "retry";
        case Rest::debounce: return "debounce";
        case Rest::backoff: return "backoff";
        case Rest::retry_after: return "retry_after";
        case Rest::budget: return "budget";
        case Rest::offline: return "offline";
        case Rest::login: return "login";
        case Rest::review: return "review";
        case Rest::account: return "account";
        case Rest::stopped: return "stopped";
    }
    return "unknown";
}

}  // namespace settings::sync
