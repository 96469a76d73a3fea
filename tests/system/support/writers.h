#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace settings::system_test {

/// Threads that edit without pause, each its own keys with ever larger numbers, and keep a record
/// of what was acknowledged. They outlive daemons: while none answers, they ask again.
class Writers {
  public:
    Writers(std::filesystem::path const& socket, int threads, int keys_each);
    ~Writers() { stop(); }
    Writers(Writers const&) = delete;
    Writers& operator=(Writers const&) = delete;

    void stop();

    /// Per key, the last value that the daemon said it had made durable.
    [[nodiscard]] std::map<std::string, int> acknowledged() const;
    /// Per key, the last value that was asked for; an edit that got no answer may or may not be in.
    [[nodiscard]] std::map<std::string, int> attempted() const;
    [[nodiscard]] int count() const { return count_; }

  private:
    void write(std::filesystem::path const& socket, int writer, int keys);

    std::atomic<bool> stopping_ = false;
    std::atomic<int> count_ = 0;
    mutable std::mutex mutex_;
    std::map<std::string, int> acknowledged_;
    std::map<std::string, int> attempted_;
    std::vector<std::thread> threads_;
};

}  // namespace settings::system_test
