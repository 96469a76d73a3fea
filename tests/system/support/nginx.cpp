#include "tests/system/support/nginx.h"

#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "tests/support/eventually.h"
#include "tests/system/support/raw_connection.h"

namespace settings::system_test {
namespace {

constexpr char const* nginx_file = "/usr/sbin/nginx";

void put_in_place(std::string& text, std::string_view old, std::string const& other) {
    auto const at = text.find(old);
    if (at == text.npos) throw std::runtime_error{"not in the example: " + std::string{old}};
    text.replace(at, old.size(), other);
}

bool accepts(std::filesystem::path const& socket) {
    try {
        RawConnection const attempt{socket};
        return true;
    } catch (std::system_error const&) {
        return false;
    }
}

}  // namespace

bool Nginx::is_installed() { return std::filesystem::exists(nginx_file); }

Nginx::Nginx(std::filesystem::path const& example, std::filesystem::path folder,
             std::filesystem::path const& daemon)
    : folder_{std::move(folder)},
      // One process, which stays who it is, also where root runs it.
      process_{{nginx_file, "-e", "stderr", "-p", folder_, "-c", configured(example, daemon), "-g",
                "daemon off; master_process off;"},
               Process::Output{folder_ / "log", folder_ / "log"}} {
    eventually("nginx serves", [this] {
        if (process_.has_ended())
            throw std::runtime_error{"nginx ended: " + read_text(folder_ / "log")};
        return accepts(socket());
    });
}

std::filesystem::path Nginx::configured(std::filesystem::path const& example,
                                        std::filesystem::path const& daemon) const {
    std::filesystem::create_directories(folder_);
    auto text = read_text(example);
    put_in_place(text, "127.0.0.1:8080", "unix:" + socket().string());
    put_in_place(text, "/run/user/1000/settingsd/socket", daemon.string());
    auto file = folder_ / "nginx.conf";
    write_text(file, text);
    return file;
}

}  // namespace settings::system_test
