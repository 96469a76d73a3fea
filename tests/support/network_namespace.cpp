#include "tests/support/network_namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

namespace settings {

NetworkNamespace::NetworkNamespace()
    : outside_{open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)} {
    if (outside_ >= 0 && unshare(CLONE_NEWNET) == 0) return;
    std::system_error const error{errno, std::generic_category(), "a network namespace"};
    close(outside_);
    throw error;
}

NetworkNamespace::~NetworkNamespace() {
    setns(outside_, CLONE_NEWNET);
    close(outside_);
}

void NetworkNamespace::ip(std::string const& arguments) const {
    if (std::system(("ip " + arguments).c_str()) != 0)
        throw std::runtime_error{"failed: ip " + arguments};
}

}  // namespace settings
