#pragma once

#include <unistd.h>

#include <utility>

namespace settings::os {

/// Owns one file descriptor, and closes it.
///
/// The standard library has nothing like it, and Boost only from 1.85 on (scope::unique_fd); Asio's
/// own descriptors belong to a loop, which most of what is opened here never meets.
class Descriptor {
  public:
    Descriptor() = default;

    /// Takes over `number`, as open(2) and others return it: negative for none.
    explicit Descriptor(int number) : number_{number} {}

    Descriptor(Descriptor&& other) noexcept : number_{other.release()} {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        close();
        number_ = other.release();
        return *this;
    }
    ~Descriptor() { close(); }

    [[nodiscard]] bool is_open() const { return number_ >= 0; }
    [[nodiscard]] int number() const { return number_; }

    /// Gives the descriptor to the caller, who has to close it.
    [[nodiscard]] int release() { return std::exchange(number_, -1); }

    /// Closes what is open.
    void close() {
        if (is_open()) ::close(release());
    }

  private:
    int number_ = -1;
};

}  // namespace settings::os
