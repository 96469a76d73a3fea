#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/faults.h"
#include "emulator/http.h"
#include "emulator/request_log.h"
#include "emulator/service.h"

namespace settings::emulator {

/// What goes out on the connection, and what becomes of the connection then.
struct Delivery {
    enum class Then {
        keep,    ///< wait for the next request
        finish,  ///< end the TLS session in order
        cut,     ///< close without a word
        hang,    ///< keep it open and silent
    };
    std::string bytes;
    Then then = Then::keep;
    bool admin = false;
};

/// The whole emulator without its sockets: the service, its faults, and the endpoints under
/// /_emulator/ that steer it.
class Emulator {
  public:
    /// What the paths of the admin endpoints begin with, whatever the service's own prefix is.
    static constexpr std::string_view admin_prefix = "/_emulator/";

    Emulator(Service service, std::string url_prefix, FaultScript faults);

    /// Answers one request. Times must not go backwards between calls for late requests to keep
    /// their order.
    [[nodiscard]] Delivery handle(Request const& request, Time now);

    /// Whether the service can be reached; when not, it closes every connection but those that
    /// speak to /_emulator/.
    [[nodiscard]] bool online() const { return online_; }

    [[nodiscard]] Service& service() { return service_; }

  private:
    struct Late {
        Time due;
        Time sent;
        Call call;
        Request request;
    };

    [[nodiscard]] Delivery serve(Request const& request, Time now);
    [[nodiscard]] Response answer(Action const& action, Call call, Request const& request,
                                  Time now);
    void apply_late_requests(Time now);

    // The admin endpoints; admin.cpp.
    [[nodiscard]] Response administer(Request const& request, Time now);
    [[nodiscard]] Response administer_faults(Request const& request);
    [[nodiscard]] Response administer_requests(Request const& request);
    [[nodiscard]] Response administer_online(Request const& request);
    [[nodiscard]] Response administer_document(Request const& request, std::string const& email);
    [[nodiscard]] Response administer_tokens(Request const& request, std::string const& email,
                                             Time now);
    [[nodiscard]] Response administer_account(Request const& request, std::string const& email,
                                              Time now);
    [[nodiscard]] Response administer_organization(Request const& request, std::string const& name);

    Service service_;
    std::string url_prefix_;
    Faults faults_;
    RequestLog log_;
    std::vector<Late> late_;
    bool online_ = true;
};

}  // namespace settings::emulator
