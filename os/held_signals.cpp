#include "os/held_signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace settings::os {

HeldSignals::HeldSignals(std::initializer_list<int> numbers) {
    sigset_t held;
    sigemptyset(&held);
    for (int const number : numbers) sigaddset(&held, number);
    waiting_ = Descriptor{signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK)};
    if (!waiting_.is_open())
        throw std::runtime_error{std::string{"cannot wait for signals: signalfd: "} +
                                 std::strerror(errno)};
    sigprocmask(SIG_BLOCK, &held, &before_);
}

HeldSignals::~HeldSignals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }

std::optional<int> HeldSignals::take() const {
    signalfd_siginfo told{};
    auto const size = read(waiting_.number(), &told, sizeof told);
    if (size != static_cast<ssize_t>(sizeof told)) return std::nullopt;
    return static_cast<int>(told.ssi_signo);
}

void HeldSignals::let_come(int number) const {
    sigset_t one;
    sigset_t held;
    sigemptyset(&one);
    sigaddset(&one, number);
    raise(number);
    sigprocmask(SIG_UNBLOCK, &one, &held);
    sigprocmask(SIG_SETMASK, &held, nullptr);
}

}  // namespace settings::os
