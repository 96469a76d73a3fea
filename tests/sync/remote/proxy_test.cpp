#include "sync/remote/proxy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace settings::sync {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string refusal_of(std::string const& text) {
    auto const proxy = parse_proxy(text);
    return proxy ? "accepted" : proxy.error().message();
}

TEST(ProxyTest, IsReadAsPeopleWriteIt) {
    EXPECT_EQ(*parse_proxy("http://cache.corp:3128"), (Proxy{"cache.corp", "3128", ""}));
    EXPECT_EQ(*parse_proxy("http://cache.corp:3128/"), (Proxy{"cache.corp", "3128", ""}));
    EXPECT_EQ(*parse_proxy("cache.corp:3128"), (Proxy{"cache.corp", "3128", ""}));
    EXPECT_EQ(*parse_proxy("http://cache.corp"), (Proxy{"cache.corp", "80", ""}));
    EXPECT_EQ(*parse_proxy("HTTP://10.0.0.1:8080"), (Proxy{"10.0.0.1", "8080", ""}));
    EXPECT_EQ(name_of(*parse_proxy("http://[2001:db8::1]:3128")), "[2001:db8::1]:3128");
}

TEST(ProxyTest, TakesItsCredentialsFromTheUrlAndDecodesThem) {
    EXPECT_EQ(parse_proxy("http://ada:p%40ss%3A@cache.corp:3128")->credentials, "ada:p@ss:");
    EXPECT_EQ(parse_proxy("ada:secret@cache.corp:3128")->credentials, "ada:secret");
    EXPECT_EQ(parse_proxy("http://ada@cache.corp:3128")->credentials, "ada:");
    EXPECT_EQ(basic_authorization("Aladdin:open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
        << "the example of RFC 7617, 2";
}

TEST(ProxyTest, OfAnotherKindIsRefusedByNameAndWithoutItsPassword) {
    EXPECT_THAT(refusal_of("socks5://ada:secret@cache.corp:1080"),
                AllOf(HasSubstr("\"socks5\" is not supported"), Not(HasSubstr("secret"))));
    for (auto const* text :
         {"", "http://", "http://:3128", "http://cache.corp:0", "http://cache.corp:66000",
          "http://cache.corp:99999", "http://cache.corp:", "http://cache.corp:3128/path?query",
          "http://ada:secret@ca%0ache:3128", "http://cache corp:3128"})
        EXPECT_THAT(refusal_of(text), AllOf(Not("accepted"), Not(HasSubstr("secret")))) << text;
}

TEST(ProxyTest, AScriptThatNamesOneIsRefusedWithWhatToDo) {
    for (auto const* text :
         {"http://wpad.corp/proxy.pac", "http://wpad/wpad.dat", "file:///etc/proxy.PAC", "auto",
          "WPAD", "pac", "pac+http://wpad.corp/proxy"})
        EXPECT_THAT(refusal_of(text), AllOf(HasSubstr("PAC"), HasSubstr("http://HOST:PORT")))
            << text;
}

TEST(ProxyTest, ThatRedirectsOrAsksForALoginOfTheNetworkIsNamedAsAPortal) {
    Proxy const proxy{"cache.corp", "3128", ""};
    for (unsigned const status : {302U, 307U, 511U})
        EXPECT_THAT(*tunnel_refusal(proxy, "server", status), HasSubstr("a captive portal?"));
    EXPECT_THAT(*tunnel_refusal(proxy, "server", 403), Not(HasSubstr("portal")));
    EXPECT_EQ(tunnel_refusal(proxy, "server", 200), std::nullopt);
}

TEST(NoProxyTest, ExemptsNamesAndWhatIsBelowThem) {
    for (auto const* rules : {"corp.example", ".corp.example", "*.corp.example", "CORP.example.",
                              "other, corp.example", "other corp.example", "*"}) {
        EXPECT_TRUE(is_exempt(rules, "settings.corp.example", "443")) << rules;
        EXPECT_TRUE(is_exempt(rules, "corp.example", "443")) << rules;
        EXPECT_TRUE(is_exempt(rules, "Settings.Corp.Example.", "443")) << rules;
    }
    EXPECT_FALSE(is_exempt("corp.example", "notcorp.example", "443"));
    EXPECT_FALSE(is_exempt("corp.example", "corp.example.org", "443"));
    EXPECT_FALSE(is_exempt("", "corp.example", "443"));
    EXPECT_FALSE(is_exempt(" ,, ", "corp.example", "443"));
}

TEST(NoProxyTest, ARuleWithAPortIsForThatPortAlone) {
    EXPECT_TRUE(is_exempt("corp.example:8443", "corp.example", "8443"));
    EXPECT_FALSE(is_exempt("corp.example:8443", "corp.example", "443"));
    EXPECT_TRUE(is_exempt("[::1]:8443", "::1", "8443"));
    EXPECT_FALSE(is_exempt("[::1]:8443", "::1", "443"));
}

TEST(NoProxyTest, ExemptsAddressesAndNetworks) {
    EXPECT_TRUE(is_exempt("10.1.2.3", "10.1.2.3", "443"));
    EXPECT_TRUE(is_exempt("10.0.0.0/8", "10.1.2.3", "443"));
    EXPECT_TRUE(is_exempt("10.9.9.9/8", "10.1.2.3", "443")) << "as people write networks, too";
    EXPECT_FALSE(is_exempt("10.0.0.0/8", "11.1.2.3", "443"));
    EXPECT_TRUE(is_exempt("2001:db8::/32", "2001:db8:1::1", "443"));
    EXPECT_TRUE(is_exempt("::1", "::1", "443"));
    EXPECT_TRUE(is_exempt("[::1]", "::1", "443"));
    EXPECT_TRUE(is_exempt("10.0.0.0/8", "::ffff:10.1.2.3", "443"));
    EXPECT_FALSE(is_exempt("10.0.0.0/8", "10.corp.example", "443")) << "a name is no address";
    EXPECT_FALSE(is_exempt("2.3", "10.1.2.3", "443")) << "an address has nothing below it";
    EXPECT_FALSE(is_exempt("10.0.0.0/99", "10.1.2.3", "443"));
}

TEST(TunnelTest, ARefusalSaysWhatToDo) {
    Proxy const open{"cache.corp", "3128", ""};
    Proxy const closed{"cache.corp", "3128", "ada:secret"};
    EXPECT_EQ(tunnel_refusal(open, "settings.example", 200), std::nullopt);
    EXPECT_EQ(tunnel_refusal(open, "settings.example", 403),
              "the proxy cache.corp:3128 does not lead to settings.example: it answers 403");
    EXPECT_THAT(*tunnel_refusal(open, "settings.example", 407),
                HasSubstr("asks for a user name and a password"));
    EXPECT_THAT(*tunnel_refusal(closed, "settings.example", 407),
                AllOf(HasSubstr("does not accept"), Not(HasSubstr("secret"))));
    EXPECT_THAT(*tunnel_refusal(closed, "settings.example", 407, "Basic realm=\"corp\""),
                HasSubstr("does not accept"));
    EXPECT_THAT(*tunnel_refusal(closed, "settings.example", 407, "NTLM, Negotiate"),
                HasSubstr("asks for NTLM, Negotiate, and settingsd knows Basic alone"));
}

TEST(TunnelTest, AProxyThatGivesBackThePasswordIsNotQuotedWithIt) {
    for (auto const* credentials : {"ada:sekret-pass-77", "ada:pw", "sekret-pass-77"}) {
        Proxy const proxy{"cache.corp", "3128", credentials};
        std::string const whole = credentials;
        auto const encoded = basic_authorization(credentials).substr(6);
        auto const password = whole.substr(whole.find(':') + 1);
        for (auto const& said : {whole, password, encoded}) {
            auto const told =
                tunnel_refusal(proxy, "server", 407, "Digest realm=\"" + said + "\"").value();
            EXPECT_THAT(told, HasSubstr("Digest realm=")) << said;
            EXPECT_THAT(told, Not(HasSubstr(password))) << said;
            EXPECT_THAT(told, Not(HasSubstr(encoded))) << said;
        }
    }
}

}  // namespace
}  // namespace settings::sync
