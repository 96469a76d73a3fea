#include "cli/configuration_text.h"

#include <gtest/gtest.h>

namespace settings::cli {
namespace {

client::Configuration const of_a_machine{
    {{"/home/ada/config.toml", false}, {"/etc/settingsd/config.toml", true}},
    {{"server.url", "https://x", "file", "/etc/settingsd/config.toml", false},
     {"store.directory", "/state", "environment", "", true},
     {"server.ca_file", nullptr, "default", "", false},
     {"socket.path", "/run/s\x1b[2J", "systemd", "", false}},
    {{"success", true}}};

TEST(ConfigurationTextTest, ShowsEachSettingWithWhereItIsFrom) {
    EXPECT_EQ(
        configuration_text(of_a_machine, Style::plain),
        "server.url       \"https://x\"        /etc/settingsd/config.toml\n"
        "store.directory  \"/state\"           the environment; the files say otherwise, which "
        "takes a restart\n"
        "server.ca_file   -                  built in\n"
        "socket.path      \"/run/s\\u001b[2J\"  systemd\n"
        "\n"
        "Files, of which the first that has a setting counts:\n"
        "  /home/ada/config.toml (absent)\n"
        "  /etc/settingsd/config.toml\n");
}

TEST(ConfigurationTextTest, AsJsonItIsTheDaemonsAnswer) {
    EXPECT_EQ(configuration_text(of_a_machine, Style::json), "{\"success\":true}\n");
}

}  // namespace
}  // namespace settings::cli
