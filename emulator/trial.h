#pragma once

#include <sys/types.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>

namespace settings::emulator {

/// A settingsd beside the service, for people who want to try everything without an account.
class Trial {
  public:
    /// The service that the daemon talks to, and one who has an account there.
    struct Service {
        std::string url, admin;
        std::filesystem::path ca;
        std::string token;
        std::string email, password;
    };

    /// Starts it with all of its files in `folder`, and returns once its socket is there. Looks for
    /// settingsd beside this program, and in PATH. It ends with this process, however that ends;
    /// when it ends before, standard error says so.
    /// Throws std::runtime_error with the reason.
    Trial(std::filesystem::path folder, Service service);
    ~Trial();
    Trial(Trial const&) = delete;
    Trial& operator=(Trial const&) = delete;

    /// What to type in another terminal.
    [[nodiscard]] std::string lines() const;

  private:
    void write_configuration() const;
    void start();
    void wait_for_socket();
    void tell_of_its_end() const;
    void end(int signal);
    [[nodiscard]] std::filesystem::path socket() const { return folder_ / "run" / "socket"; }
    [[nodiscard]] std::filesystem::path log() const { return folder_ / "settingsd.log"; }

    std::filesystem::path const folder_;
    Service const service_;
    std::filesystem::path const programs_;  ///< folder with settingsd; empty where PATH leads to it
    pid_t daemon_ = -1;                     ///< settingsd; -1 once it was waited for
    std::atomic<bool> is_over_ = false;     ///< nobody wants to hear of its end any more
    std::thread watcher_;
};

}  // namespace settings::emulator
