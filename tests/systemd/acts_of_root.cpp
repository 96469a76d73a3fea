#include <fcntl.h>
#include <grp.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/fanotify.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <new>

#include "tests/systemd/bait.h"
#include "tests/systemd/forbidden_acts.h"

namespace settings::systemd_test {
namespace {

constexpr uid_t nobody = 65'534;

int mount_a_file_system() {
    if (mount("forbidden-acts", bait::mount_point, "tmpfs", 0, nullptr) != 0) return errno;
    umount2(bait::mount_point, 0);
    return 0;
}

int unmount_a_file_system() {
    if (umount2(bait::mount_point, 0) != 0) return errno;
    return outcome(mount("forbidden-acts", bait::mount_point, "tmpfs", 0, nullptr));
}

int change_a_mount() {
    return outcome(
        mount(nullptr, bait::mount_point, nullptr, MS_REMOUNT | MS_BIND | MS_NOATIME, nullptr));
}

/// The copy could be hung in anywhere.
int copy_a_mount() { return outcome(open_tree(AT_FDCWD, "/", OPEN_TREE_CLONE)); }

utsname names() {
    utsname told{};
    uname(&told);
    return told;
}

int name_the_machine() {
    auto const told = names();
    return outcome(sethostname(told.nodename, strlen(told.nodename)));
}

int name_the_domain() {
    auto const told = names();
    return outcome(setdomainname(told.domainname, strlen(told.domainname)));
}

/// By nothing, but whoever may do that may do more.
int shift_the_clock() {
    timex shift{};
    shift.modes = ADJ_SETOFFSET;
    return outcome(adjtimex(&shift));
}

/// With what is in it.
int write_again(char const* path) {
    std::array<char, 64> text{};
    int const file = open(path, O_RDWR | O_CLOEXEC);
    auto const size = file < 0 ? -1 : pread(file, text.data(), text.size(), 0);
    return size < 0 ? errno : outcome(pwrite(file, text.data(), static_cast<std::size_t>(size), 0));
}

int read_the_kernel_log() {
    constexpr int read_all = 3;
    std::array<char, 64> text{};
    return outcome(klogctl(read_all, text.data(), text.size()));
}

int make_a_device() {
    auto const path = state_folder() + "/device";
    int const error = outcome(mknod(path.c_str(), S_IFCHR | 0600, makedev(1, 3)));
    unlink(path.c_str());
    return error;
}

int give_a_file_away() {
    return try_on_own_file(
        [](auto const& path) { return outcome(chown(path.c_str(), nobody, nobody)); });
}

int give_a_program_a_capability() {
    vfs_cap_data capability{};
    capability.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE;
    capability.data[0].permitted = 1U << CAP_NET_RAW;
    return try_on_own_file([&](auto const& path) {
        return outcome(
            setxattr(path.c_str(), "security.capability", &capability, XATTR_CAPS_SZ_2, 0));
    });
}

/// Past all folders that are in the way.
int open_by_handle() {
    alignas(file_handle) std::array<std::byte, sizeof(file_handle) + MAX_HANDLE_SZ> storage{};
    auto* const handle = new (storage.data()) file_handle{};
    handle->handle_bytes = MAX_HANDLE_SZ;
    int mount_id = 0;
    if (name_to_handle_at(AT_FDCWD, "/run/systemd", handle, &mount_id, 0) != 0) return errno;
    int const mounted = open("/run", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return outcome(open_by_handle_at(mounted, handle, O_RDONLY | O_CLOEXEC));
}

int join(std::string const& its, int kind) {
    int const space = open(("/proc/1/ns/" + its).c_str(), O_RDONLY | O_CLOEXEC);
    return space < 0 ? errno : outcome(setns(space, kind));
}

int signal_a_process_of_another() { return outcome(kill(process_in(bait::stranger), SIGCONT)); }

int schedule_in_real_time(int policy) {
    sched_param parameters{};
    parameters.sched_priority = 1;
    return outcome(sched_setscheduler(0, policy, &parameters));
}

int take_precedence_at_the_disk() {
    constexpr int this_process = 1;
    constexpr int real_time = 1 << 13;
    return outcome(syscall(SYS_ioprio_set, this_process, 0, real_time));
}

int open_raw_socket(int family, int protocol) {
    return outcome(socket(family, SOCK_RAW | SOCK_CLOEXEC, protocol));
}

int configure_an_interface() {
    int const socket_of_any_kind = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq interface {};
    strcpy(interface.ifr_name, "lo");
    if (ioctl(socket_of_any_kind, SIOCGIFMTU, &interface) != 0) return errno;
    return outcome(ioctl(socket_of_any_kind, SIOCSIFMTU, &interface));
}

int bind_to_a_low_port() {
    int const server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(1);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return outcome(bind(server, reinterpret_cast<sockaddr*>(&address), sizeof address));
}

int mark_packets() {
    int const sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int const mark = 1;
    return outcome(setsockopt(sender, SOL_SOCKET, SO_MARK, &mark, sizeof mark));
}

int load_into_the_kernel() {
    bpf_attr map{};
    map.map_type = BPF_MAP_TYPE_ARRAY;
    map.key_size = map.value_size = 4;
    map.max_entries = 1;
    return outcome(syscall(SYS_bpf, BPF_MAP_CREATE, &map, sizeof map));
}

Acts acts_on_mounts() {
    return {
        {"mount a file system", mount_a_file_system},
        {"unmount a file system", unmount_a_file_system},
        {"change a mount", change_a_mount},
        {"copy a mount", copy_a_mount},
        {"open a file system", [] { return outcome(fsopen("tmpfs", 0)); }},
        {"change its root", [] { return outcome(chroot("/")); }},
        {"open a file by handle", open_by_handle},
        {"watch all files", [] { return outcome(fanotify_init(0, O_RDONLY)); }},
        {"make a device", make_a_device},
        {"read a private file of another's", [] { return try_to_read(bait::private_file); }},
        {"give a file away", give_a_file_away},
        {"give a program a capability", give_a_program_a_capability},
    };
}

Acts acts_on_the_machine() {
    return {
        {"name the machine", name_the_machine},
        {"name the domain", name_the_domain},
        {"shift the clock", shift_the_clock},
        {"write a setting of the kernel",
         [] { return write_again("/proc/sys/net/ipv4/ip_forward"); }},
        {"write in /sys", [] { return try_to_open("/sys/kernel/tracing/trace_marker", O_WRONLY); }},
        {"change another control group",
         [] { return write_again("/sys/fs/cgroup/system.slice/cgroup.max.depth"); }},
        {"read the kernel's log", read_the_kernel_log},
        {"read the kernel's log from its device",
         [] { return try_to_open(bait::device, O_RDONLY); }},
        {"load into the kernel", load_into_the_kernel},
        {"end the accounting", [] { return outcome(acct(nullptr)); }},
    };
}

Acts acts_on_others() {
    return {
        {"speak with the system's manager", [] { return try_to_connect("/run/systemd/private"); }},
        {"signal a process of another", signal_a_process_of_another},
        {"join the first process's mounts", [] { return join("mnt", CLONE_NEWNS); }},
        {"join the first process's network", [] { return join("net", CLONE_NEWNET); }},
        {"make a namespace for mounts", [] { return outcome(unshare(CLONE_NEWNS)); }},
        {"make a namespace for names", [] { return outcome(unshare(CLONE_NEWUTS)); }},
        {"make a namespace for queues", [] { return outcome(unshare(CLONE_NEWIPC)); }},
        {"make a namespace for processes", [] { return outcome(unshare(CLONE_NEWPID)); }},
        {"make a namespace for control groups", [] { return outcome(unshare(CLONE_NEWCGROUP)); }},
        {"make a namespace for the network", [] { return outcome(unshare(CLONE_NEWNET)); }},
        {"become another user", [] { return outcome(setuid(nobody)); }},
        {"become another group", [] { return outcome(setgid(nobody)); }},
        {"leave its groups", [] { return outcome(setgroups(0, nullptr)); }},
        {"go before others", [] { return outcome(setpriority(PRIO_PROCESS, 0, -20)); }},
        {"go before others at the disk", take_precedence_at_the_disk},
        {"run in real time, in turn", [] { return schedule_in_real_time(SCHED_RR); }},
        {"run in real time, until done", [] { return schedule_in_real_time(SCHED_FIFO); }},
    };
}

Acts acts_on_the_network() {
    return {
        {"send raw packets", [] { return open_raw_socket(AF_INET, IPPROTO_RAW); }},
        {"send pings", [] { return open_raw_socket(AF_INET, IPPROTO_ICMP); }},
        {"see all packets", [] { return open_raw_socket(AF_PACKET, 0); }},
        {"configure an interface", configure_an_interface},
        {"bind to a low port", bind_to_a_low_port},
        {"mark packets", mark_packets},
    };
}

}  // namespace

Acts acts_of_root() {
    Acts all;
    for (auto const& acts :
         {acts_on_mounts(), acts_on_the_machine(), acts_on_others(), acts_on_the_network()})
        all.insert(all.end(), acts.begin(), acts.end());
    return all;
}

}  // namespace settings::systemd_test
