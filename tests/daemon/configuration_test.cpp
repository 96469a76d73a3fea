#include "daemon/configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

namespace settings::daemon {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAreArray;
using Json = nlohmann::json;

/// A configuration with folders, as load_config() gives it.
Config configured() {
    Config config;
    config.store_directory = "/state";
    config.socket_path = "/run/socket";
    return config;
}

/// What is told of one setting.
Json told(std::string const& name, Config const& started, Config const& read, bool passed = false) {
    auto const all = Json::parse(configuration_text(started, read, "/run/passed", passed));
    for (auto const& setting : all.at("settings"))
        if (setting.at("name") == name) return setting;
    return nullptr;
}

class ConfigurationTest : public testing::Test {
  protected:
    void SetUp() override {
        for (auto const* name : {"STATE_DIRECTORY", "XDG_STATE_HOME", "XDG_RUNTIME_DIR",
                                 "XDG_CONFIG_HOME", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                 "ALL_PROXY", "no_proxy", "NO_PROXY", "auto_proxy", "AUTO_PROXY"})
            unsetenv(name);
        setenv("HOME", "/home/ada", 1);
    }
};

TEST_F(ConfigurationTest, TellsEverySettingThatThereIs) {
    EXPECT_THAT(told_settings(), UnorderedElementsAreArray(config_keys()));
}

TEST_F(ConfigurationTest, TellsWhereAValueIsFrom) {
    auto config = configured();
    config.sync.debounce = Time{1'500};
    config.set_by = {{"sync.debounce_seconds", "/etc/settingsd/config.toml"}};

    EXPECT_EQ(told("sync.debounce_seconds", config, config),
              (Json{{"name", "sync.debounce_seconds"},
                    {"value", 1.5},
                    {"source", "file"},
                    {"file", "/etc/settingsd/config.toml"},
                    {"waitsForRestart", false}}));
    auto const usual = told("sync.look_every_seconds", config, config);
    EXPECT_EQ(usual.at("value"), 1800);
    EXPECT_EQ(usual.at("source"), "default");
    EXPECT_EQ(usual.at("file"), nullptr);
    EXPECT_EQ(told("server.ca_file", config, config).at("value"), nullptr);
}

TEST_F(ConfigurationTest, TellsWhatIsOfTheEnvironment) {
    auto const config = configured();
    EXPECT_EQ(told("store.directory", config, config).at("source"), "default");
    EXPECT_EQ(told("server.proxy", config, config).at("value"), nullptr);
    setenv("STATE_DIRECTORY", "/state", 1);
    setenv("https_proxy", "http://ada:secret@cache.corp:3128", 1);

    EXPECT_EQ(told("store.directory", config, config).at("source"), "environment");
    EXPECT_EQ(told("server.proxy", config, config).at("value"), "http://cache.corp:3128");
    EXPECT_EQ(told("server.proxy", config, config).at("source"), "environment");
}

TEST_F(ConfigurationTest, TellsNoSecret) {
    auto config = configured();
    config.proxy = "http://ada:secret@cache.corp:3128";
    config.token_command = {"/usr/bin/helper", "--password=secret"};

    EXPECT_THAT(configuration_text(config, config, "/run/socket", false), Not(HasSubstr("secret")));
    EXPECT_EQ(told("server.proxy", config, config).at("value"), "http://cache.corp:3128");
    EXPECT_EQ(told("credentials.token_command", config, config).at("value"),
              Json::array({"/usr/bin/helper", "…"}));
}

TEST_F(ConfigurationTest, AProxyThatIsRefusedIsTold) {
    auto config = configured();
    setenv("https_proxy", "http://cache.corp:3128", 1);
    config.proxy = "none";
    config.set_by = {{"server.proxy", "/own"}};

    auto const proxy = told("server.proxy", config, config);
    EXPECT_EQ(proxy.at("value"), "none");
    EXPECT_EQ(proxy.at("file"), "/own");
}

TEST_F(ConfigurationTest, WhatWaitsForARestartIsToldAsItIsInUse) {
    auto const started = configured();
    auto read = configured();
    read.store_directory = "/elsewhere";
    read.log_level = "debug";
    read.token_command = {"/bin/helper"};
    read.set_by = {{"store.directory", "/own"}, {"log.level", "/own"}};

    auto const store = told("store.directory", started, read);
    EXPECT_EQ(store.at("value"), "/state");
    EXPECT_EQ(store.at("source"), "default");
    EXPECT_EQ(store.at("waitsForRestart"), true);
    EXPECT_EQ(told("credentials.token_command", started, read).at("waitsForRestart"), true);
    auto const log = told("log.level", started, read);
    EXPECT_EQ(log.at("value"), "debug");
    EXPECT_EQ(log.at("waitsForRestart"), false);
}

TEST_F(ConfigurationTest, ASocketThatWasPassedInIsTheManagers) {
    auto const started = configured();
    auto read = configured();
    read.socket_path = "/elsewhere";

    auto const socket = told("socket.path", started, read, /*passed=*/true);
    EXPECT_EQ(socket.at("value"), "/run/passed");
    EXPECT_EQ(socket.at("source"), "systemd");
    EXPECT_EQ(socket.at("waitsForRestart"), false);
}

TEST_F(ConfigurationTest, TellsWhichFilesWereLookedFor) {
    auto config = configured();
    config.files = {{"/own", false}, {"/etc/x", true}};

    EXPECT_EQ(Json::parse(configuration_text(config, config, "", false)).at("files"),
              Json::parse(R"([{"path":"/own","present":false},{"path":"/etc/x","present":true}])"));
}

}  // namespace
}  // namespace settings::daemon
