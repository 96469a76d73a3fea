#include "tests/system/support/writers.h"

#include <chrono>

#include "settings/client.h"

namespace settings::system_test {

Writers::Writers(std::filesystem::path const& socket, int threads, int keys_each) {
    for (int writer = 0; writer < threads; ++writer)
        threads_.emplace_back([this, socket, writer, keys_each] {  //
            write(socket, writer, keys_each);
        });
}

void Writers::stop() {
    stopping_ = true;
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

std::map<std::string, int> Writers::acknowledged() const {
    std::lock_guard const lock{mutex_};
    return acknowledged_;
}

std::map<std::string, int> Writers::attempted() const {
    std::lock_guard const lock{mutex_};
    return attempted_;
}

void Writers::write(std::filesystem::path const& socket, int writer, int keys) {
    Client client{socket};
    for (int value = 1; !stopping_; ++value) {
        auto const key = "w" + std::to_string(writer) + "k" + std::to_string(value % keys);
        {
            std::lock_guard const lock{mutex_};
            attempted_[key] = value;
        }
        if (client.patch({{key, value}})) {
            std::lock_guard const lock{mutex_};
            acknowledged_[key] = value;
            ++count_;
        } else {
            // Nobody there: leave the processor to the daemon that starts.
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        }
    }
}

}  // namespace settings::system_test
