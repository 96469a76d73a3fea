#include "sync/account/identity.h"

namespace settings::sync {

char const* name_of(Identity::Method method) {
    switch (method) {
        case Identity::Method::password: return "password";
        case Identity::Method::tokens: return "tokens";
        case Identity::Method::file: return "file";
        case Identity::Method::command: return "command";
    }
    return "unknown";
}

}  // namespace settings::sync
