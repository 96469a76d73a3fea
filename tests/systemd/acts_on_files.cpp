#include <dirent.h>
#include <fcntl.h>
#include <mqueue.h>
#include <pwd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "tests/systemd/bait.h"
#include "tests/systemd/forbidden_acts.h"

namespace settings::systemd_test {
namespace {

std::string own_home() {
    auto const* entry = getpwuid(geteuid());
    return entry == nullptr ? "/nonexistent" : entry->pw_dir;
}

int list(char const* folder) { return opendir(folder) == nullptr ? errno : 0; }

int create(std::string const& path) { return try_to_open(path, O_WRONLY | O_CREAT | O_EXCL); }

int create_and_remove(std::string const& path) {
    int const error = create(path);
    unlink(path.c_str());
    return error;
}

int change_mode_of_own_file(mode_t mode) {
    return try_on_own_file([=](auto const& path) { return outcome(chmod(path.c_str(), mode)); });
}

int create_with_mode(mode_t mode) {
    auto const path = state_folder() + "/with-mode";
    int const error = outcome(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL, mode));
    unlink(path.c_str());
    return error;
}

int make_a_set_gid_folder() {
    auto const path = state_folder() + "/set-gid";
    if (mkdir(path.c_str(), 0700) != 0) return errno;
    int const error = outcome(chmod(path.c_str(), S_ISGID | 0700));
    rmdir(path.c_str());
    return error;
}

int create_what_others_may_read() {
    return try_on_own_file([](auto const& path) {
        struct stat made {};
        if (stat(path.c_str(), &made) != 0) return errno;
        return (made.st_mode & S_IROTH) == 0 ? EACCES : 0;
    });
}

int write_to_a_terminal() {
    std::string path;
    std::ifstream{bait::terminal} >> path;
    return try_to_open(path, O_WRONLY);
}

int make_a_message_queue() {
    constexpr auto name = "/forbidden-acts";
    int const error = outcome(mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, nullptr));
    mq_unlink(name);
    return error;
}

int hold_many_files_open() {
    constexpr int many = 5'000;
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    for (int count = 0; count < many; ++count)
        if (open("/dev/null", O_RDONLY | O_CLOEXEC) < 0) return errno;
    return 0;
}

Acts acts_on(Place const& place) {
    auto const name = place.path == own_home() ? "its own home" : place.path + "/";
    Acts acts{{"write in " + name, [=] { return create(place.path + bait::reply); }}};
    bool const is_open =
        place.readers == Readers::all || (place.readers == Readers::people && is_of_a_person());
    if (!is_open)
        acts.push_back({"read in " + name, [=] { return try_to_read(place.path + bait::note); }});
    return acts;
}

Acts acts_on_places() {
    Acts all;
    for (auto const& place : places(own_home()))
        for (auto const& act : acts_on(place)) all.push_back(act);
    return all;
}

Acts acts_on_devices() {
    Acts acts{
        {"see a device in /dev", [] { return outcome(access(bait::device_in_dev, F_OK)); }},
        {"open a device in /dev", [] { return try_to_open(bait::device_in_dev, O_WRONLY); }},
        {"write to a terminal of its user's", write_to_a_terminal},
    };
    // By a control group's program, which only the system's manager can load.
    if (!is_of_a_person())
        acts.push_back(
            {"open a device elsewhere", [] { return try_to_open(bait::device, O_WRONLY); }});
    return acts;
}

}  // namespace

Acts acts_on_files() {
    auto acts = acts_on_places();
    for (auto const& act : acts_on_devices()) acts.push_back(act);
    Acts const others{
        {"needed, write in its state folder",
         [] { return create_and_remove(state_folder() + "/needed"); }},
        {"needed, write in a /tmp", [] { return create_and_remove("/tmp/needed"); }},
        {"needed, read what is installed", [] { return try_to_read(bait::neighbour); }},
        {"needed, see trusted certificates", [] { return list("/etc/ssl/certs"); }},
        {"needed, read the boot's id",
         [] { return try_to_read("/proc/sys/kernel/random/boot_id"); }},
        {"needed, read random bytes", [] { return try_to_read("/dev/urandom"); }},
        {"list another home", [] { return list("/home/bob"); }},
        {"make its file set-uid", [] { return change_mode_of_own_file(S_ISUID | 0700); }},
        {"make its file set-gid", [] { return change_mode_of_own_file(S_ISGID | 0700); }},
        {"create a set-uid file", [] { return create_with_mode(S_ISUID | 0700); }},
        {"make a set-gid folder", make_a_set_gid_folder},
        {"create a file that others may read", create_what_others_may_read},
        {"make a message queue", make_a_message_queue},
        {"make a message queue as a file",
         [] { return create_and_remove("/dev/mqueue/forbidden-acts"); }},
        {"hold 5000 files open", hold_many_files_open},
    };
    acts.insert(acts.end(), others.begin(), others.end());
    return acts;
}

}  // namespace settings::systemd_test
