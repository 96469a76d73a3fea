#pragma once

#include <sys/resource.h>

namespace settings {

/// This process may have no descriptor of that number or above while it lives; those that are open
/// stay open.
class FewDescriptors {
  public:
    explicit FewDescriptors(rlim_t number) {
        getrlimit(RLIMIT_NOFILE, &before_);
        rlimit const few{.rlim_cur = number, .rlim_max = before_.rlim_max};
        setrlimit(RLIMIT_NOFILE, &few);
    }
    FewDescriptors(FewDescriptors const&) = delete;
    FewDescriptors& operator=(FewDescriptors const&) = delete;
    ~FewDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

    /// As many as may be asked for (getrlimit(2)).
    [[nodiscard]] rlim_t most() const { return before_.rlim_max; }

  private:
    rlimit before_{};
};

}  // namespace settings
