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

bool may_end_with_a_token(Rest why) {
    switch (why) {
        case Rest::idle:
        case Rest::verify:
        case Rest::retry:
        case Rest::login:
        case Rest::review:
        case Rest::account:
        case Rest::stopped:
        case Rest::retry_after: return true;
        case Rest::due:
        case Rest::debounce:
        case Rest::backoff:
        case Rest::budget:
        case Rest::offline: return false;
    }
    return false;
}

bool needs_a_person(Rest why) {
    switch (why) {
        case Rest::login:
        case Rest::review:
        case Rest::account:
        case Rest::stopped: return true;
        case Rest::due:
        case Rest::idle:
        case Rest::verify:
        case Rest::retry:
        case Rest::debounce:
        case Rest::backoff:
        case Rest::retry_after:
        case Rest::budget:
        case Rest::offline: return false;
    }
    return false;
}

}  // namespace settings::sync
