# shellcheck shell=bash
# Sourced by scripts that need a root to change: mounts and processes of their own, which end with
# the script, however it ends.

# A skip is a failure where this must have been tried.
skip() {
    echo "skipped: $1"
    [ "${BOOT:-}" = required ] && exit 1
    exit 77
}

fail() { echo "$1" >&2 && exit 1; }

# No namespace holds groups of processes, so they would stay.
leave_nothing() {
    local group
    for group in $(find /sys/fs/cgroup -maxdepth 2 -type d -name "$(basename "$scratch")"); do
        for _ in {1..50}; do
            find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
            [ -e "$group" ] || break
            sleep 0.1
        done
    done
    rmdir "$scratch"
}

# in_namespaces_of_its_own ARGUMENTS…: starts the script again in there, where $scratch is an empty
# folder in memory. Outside it waits, and goes with its caller at the latest.
in_namespaces_of_its_own() {
    local status=0
    scratch=${SCRATCH:-}
    unset SCRATCH
    if [ -n "$scratch" ]; then
        mount -t tmpfs -o mode=755 scratch "$scratch"
        umask 022
        return
    fi

    [ "$(id -u)" -eq 0 ] || skip "only root may do this"
    unshare --mount --pid --fork true 2>/dev/null || skip "no namespaces may be made here"
    scratch=$(mktemp -d -t settingsd-guest.XXXXXX)
    trap leave_nothing EXIT
    SCRATCH=$scratch setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork \
        --kill-child --mount-proc "$0" "$@" <&0 &
    trap 'kill -KILL $!; wait $! || true; exit 143' INT TERM HUP
    wait $! || status=$?
    exit "$status"
}

# inside COMMAND…: in $root, as a machine of its own would run it.
inside() {
    chroot "${root:?}" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive "$@"
}
