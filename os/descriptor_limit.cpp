#include "os/descriptor_limit.h"

#include <sys/resource.h>

#include <cerrno>
#include <system_error>

namespace settings::os {

std::size_t raise_descriptor_limit() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

std::string reason_of(int error) {
    auto const what = std::generic_category().message(error);
    if (error == EMFILE)
        return what + "; let this process have more: LimitNOFILE= in its unit, or ulimit -n";
    if (error == ENFILE) return what + "; let the machine have more: sysctl fs.file-max";
    return what;
}

}  // namespace settings::os
