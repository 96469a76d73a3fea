#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/userfaultfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

#include "tests/systemd/forbidden_acts.h"

namespace settings::systemd_test {
namespace {

int open_socket(int family) { return outcome(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

int serve_the_network() {
    int const server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return outcome(listen(server, 1));
}

int make_a_pipe() {
    std::array<int, 2> ends{};
    return outcome(pipe2(ends.data(), 0));
}

int add_a_key() {
    return outcome(
        syscall(SYS_add_key, "user", "forbidden-acts", "key", 3, KEY_SPEC_PROCESS_KEYRING));
}

int read_a_keyring() {
    return outcome(syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING, 1));
}

int make_an_io_ring() {
    io_uring_params parameters{};
    return outcome(syscall(SYS_io_uring_setup, 1, &parameters));
}

int set_up_asynchronous_io() {
    aio_context_t context = 0;
    return outcome(syscall(SYS_io_setup, 1, &context));
}

}  // namespace

Acts acts_on_the_kernel() {
    return {
        {"needed, open a socket to this machine", [] { return open_socket(AF_UNIX); }},
        {"needed, open a socket to the internet", [] { return open_socket(AF_INET); }},
        {"needed, open a socket to the internet, version 6", [] { return open_socket(AF_INET6); }},
        {"needed, hear of routes",
         [] { return outcome(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0)); }},
        {"needed, make a pipe", make_a_pipe},
        {"open a socket to the hypervisor", [] { return open_socket(AF_VSOCK); }},
        {"serve the network", serve_the_network},
        {"add a key", add_a_key},
        {"read a keyring", read_a_keyring},
        {"make an io ring", make_an_io_ring},
        {"set up asynchronous io", set_up_asynchronous_io},
        {"handle its page faults",
         [] { return outcome(syscall(SYS_userfaultfd, UFFD_USER_MODE_ONLY)); }},
        {"read the kernel's symbols", [] { return try_to_read("/proc/kallsyms"); }},
    };
}

}  // namespace settings::systemd_test
