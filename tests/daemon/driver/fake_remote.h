#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sync/remote/remote.h"

namespace settings::daemon {

/// What the remotes to one place share: how the place answers, and what was asked of it. Outlives
/// the remotes.
struct FakePlace {
    std::string host = "settings.example";
    std::function<sync::Remote::Outcome(sync::Request const&)> answer;
    bool is_routable = true;

    std::vector<std::string> requests = {};  ///< method and body
    std::vector<std::string> tokens = {};    ///< one for each request
    int disconnects = 0;
    int doubts = 0;
};

/// A remote that knows the answer at once.
class FakeRemote : public sync::Remote {
  public:
    explicit FakeRemote(FakePlace& place) : place_{place} {}

    boost::asio::awaitable<Outcome> call(sync::Request request, std::string token) override {
        place_.requests.push_back(request.method + ' ' + request.body);
        place_.tokens.push_back(std::move(token));
        co_return place_.answer(request);
    }
    void disconnect() override { ++place_.disconnects; }
    [[nodiscard]] std::string const& next_host() const override { return place_.host; }
    [[nodiscard]] std::string origin() const override { return "https://" + place_.host; }
    [[nodiscard]] bool is_routable() const override { return place_.is_routable; }
    void doubt_addresses() override { ++place_.doubts; }

  private:
    FakePlace& place_;
};

}  // namespace settings::daemon
