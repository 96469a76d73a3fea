#!/usr/bin/env bash
# Boots a systemd of its own over a copy of this machine's root, and runs a command in there as root.
# Nothing outlives it, and nothing outside of its scratch folder is written.
#
# Usage: tests/systemd/guest.sh FOLDER COMMAND…
# FOLDER is there at its own path, read-only. Exits as the command does, or with 77 and the reason
# where no systemd can be booted; with BOOT=required in the environment that is a failure.
set -euo pipefail

. "$(dirname "$0")/namespaces.sh"
command -v systemd-nspawn >/dev/null || skip "there is no systemd-nspawn; install systemd-container"
in_namespaces_of_its_own "$@"

folder=$(realpath "$1")
shift
root=$scratch/root
name=$(basename "$scratch")
guest=''

# An orderly shutdown, as far as it gets.
clean_up() {
    trap - EXIT
    if [ -n "$guest" ]; then
        kill -TERM "$guest" 2>/dev/null || true
        timeout 15 tail --pid="$guest" -s 0.05 -f /dev/null || kill -KILL "$guest" 2>/dev/null || true
        wait "$guest" 2>/dev/null || true
    fi
}
trap clean_up EXIT
trap 'exit 143' INT TERM HUP

mkdir "$root" "$scratch/upper" "$scratch/work"
mount -t overlay -o "lowerdir=/,upperdir=$scratch/upper,workdir=$scratch/work" guest "$root" ||
    skip "this kernel, or this container, has no overlay mounts"

[ -e "$root/usr/bin/env" ] && [ -e "$root/var/lib/dpkg/status" ] ||
    skip "this machine's root is spread over several file systems"
[ ! -e "$root/usr/bin/settingsd" ] || skip "settingsd is installed on this machine"
touch "$root/etc/guest-for-tests"

# A group of processes of our own in each hierarchy, by the name that is looked for when all has ended.
for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
    [ -w "$hierarchy/cgroup.procs" ] && mkdir "$hierarchy/$name" 2>/dev/null || continue
    echo $$ >"$hierarchy/$name/cgroup.procs"
done

# Only what every machine has, and nothing of this one's: no services, no network, no journal. Packages
# may start what they bring, which a container's policy forbids; the index of manuals can wait.
rm -rf "$root"/etc/systemd/system/*.{wants,requires} "$root/var/log/journal" "$root/etc/resolv.conf" \
    "$root/usr/sbin/policy-rc.d" "$root/var/lib/man-db/auto-update"
printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"
systemd-id128 new >"$root/etc/machine-id"
ln -sf /lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"
for unit in {systemd-{networkd,resolved,timesyncd,firstboot,hwdb-update,update-done},ldconfig}.service \
    {systemd-journal-catalog-update,console-getty,getty@,e2scrub_reap,docker,containerd}.service \
    {apt-daily,apt-daily-upgrade,e2scrub_all,man-db,dpkg-db-backup,fstrim}.timer; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
done

# The calls that it may make are those that a manager with sandboxes needs.
SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 systemd-nspawn --quiet --directory="$root" --machine="$name" \
    --bind-ro="$folder" --register=no --keep-unit --private-network --resolv-conf=off --timezone=off \
    --link-journal=no --console=pipe --capability=all \
    --system-call-filter='@system-service @privileged @keyring bpf' \
    --boot systemd.log_color=0 systemd.show_status=0 >"$scratch/console" 2>&1 </dev/null &
guest=$!

# nspawn has a child that has the guest's pid 1 as its child, or is it: it is the one that says so.
init_of_guest() {
    local process
    for process in $(pgrep --parent "$guest"); do
        [ "$(awk '/^NSpid/ { print $NF }' "/proc/$process/status" 2>/dev/null)" = 1 ] &&
            [ "$(cat "/proc/$process/comm" 2>/dev/null)" = systemd ] && echo "$process" && return
    done
    return 1
}

# in_guest COMMAND…: as root, in all of its namespaces.
in_guest() {
    nsenter --target "$init" --mount --uts --ipc --net --pid --cgroup -- \
        env -i --default-signal=INT,QUIT PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
        ${CLIENTS:+"CLIENTS=$CLIENTS"} "$@"
}

is_up() { [[ $(in_guest systemctl is-system-running 2>/dev/null) =~ ^(running|degraded)$ ]]; }

# until_it WHAT COMMAND…: waits for 60 s at most, and not for a guest that has ended.
until_it() {
    local deadline=$((SECONDS + 60)) what=$1
    shift
    until "$@" >/dev/null; do
        if [ $SECONDS -gt $deadline ] || ! kill -0 "$guest" 2>/dev/null; then
            cat "$scratch/console"
            skip "$what; the lines above say why"
        fi
        sleep 0.05
    done
}

until_it "systemd-nspawn does not start a systemd here" init_of_guest
init=$(init_of_guest)
until_it "the systemd in the guest does not come up" is_up
in_guest "$@"
