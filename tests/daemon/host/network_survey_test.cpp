#include "daemon/host/network_survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <system_error>
#include <vector>

namespace settings::daemon {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

/// A datagram that is written message by message.
class Datagram {
  public:
    /// Begins a message, and returns the head of its payload.
    template <class Head>
    Head& add(std::uint16_t type) {
        message_ = mnl_nlmsg_put_header(bytes_.data() + used_);
        message_->nlmsg_type = type;
        auto* const head = mnl_nlmsg_put_extra_header(message_, sizeof(Head));
        used_ += message_->nlmsg_len;
        return *static_cast<Head*>(head);
    }

    void attribute(std::uint16_t type, std::string const& bytes) {
        used_ -= message_->nlmsg_len;
        mnl_attr_put(message_, type, bytes.size(), bytes.data());
        used_ += message_->nlmsg_len;
    }

    /// What the last message says of its own length.
    void pretend_length(std::uint32_t bytes) { message_->nlmsg_len = bytes; }

    [[nodiscard]] std::span<char const> bytes() const { return {bytes_.data(), used_}; }

  private:
    std::vector<char> bytes_ = std::vector<char>(4'096);
    std::size_t used_ = 0;
    nlmsghdr* message_ = nullptr;
};

class NetworkSurveyTest : public testing::Test {
  protected:
    static constexpr int link = 2;

    NetworkSurveyTest() {
        auto& head = datagram.add<ifinfomsg>(RTM_NEWLINK);
        head.ifi_index = link;
        head.ifi_flags = IFF_UP | IFF_RUNNING;
    }

    /// A route over the link to a destination, as bytes.
    void add_route_to(std::string const& destination) {
        auto& head = datagram.add<rtmsg>(RTM_NEWROUTE);
        head.rtm_family = AF_INET6;
        head.rtm_type = RTN_UNICAST;
        datagram.attribute(RTA_DST, destination);
        datagram.attribute(RTA_OIF, {"\2\0\0\0", 4});
    }

    bool take() { return daemon::take(survey, datagram.bytes(), 0); }

    Datagram datagram;
    NetworkSurvey survey;
};

TEST_F(NetworkSurveyTest, CountsRoutesThatLeadFurtherThanTheLink) {
    add_route_to("\x20\x01" + std::string(14, '\0'));
    add_route_to("\xfe\x80" + std::string(14, '\0'));

    EXPECT_TRUE(take());

    EXPECT_THAT(survey.links, testing::ElementsAre(link));
    EXPECT_THAT(survey.network.routes, SizeIs(1));
}

TEST_F(NetworkSurveyTest, TakesAMessageThatIsTooShortForWhatItIs) {
    add_route_to("");
    datagram.add<char>(RTM_NEWLINK);
    datagram.add<char>(RTM_NEWADDR);
    datagram.add<char>(RTM_NEWROUTE);

    EXPECT_TRUE(take());

    EXPECT_THAT(survey.network.addresses, IsEmpty());
}

TEST_F(NetworkSurveyTest, RefusesADatagramWhoseMessagesEndBeyondIt) {
    for (std::uint32_t const length : {0xFFFF'FFFFU, 0xFFFF'FFDEU, 0U, 4'000U, 33U}) {
        datagram.pretend_length(length);

        EXPECT_THROW(take(), std::system_error) << length;
    }
}

TEST_F(NetworkSurveyTest, TellsTheEndOfAnAnswerAndItsErrors) {
    datagram.add<int>(NLMSG_DONE) = 0;
    EXPECT_FALSE(take());
    Datagram failed;
    failed.add<nlmsgerr>(NLMSG_ERROR).error = -EPERM;

    EXPECT_THROW(static_cast<void>(daemon::take(survey, failed.bytes(), 0)), std::system_error);
}

}  // namespace
}  // namespace settings::daemon
