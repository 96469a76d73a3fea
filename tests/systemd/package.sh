#!/usr/bin/env bash
# Installs the package into a copy of this machine's root, upgrades, removes and purges it, and fails
# when something does not work there or stays behind.
# Usage: tests/systemd/package.sh BUILD_DIR VERSION
set -euo pipefail

build=$(realpath "$1") version=$2
skipped=77

skip() { echo "skipped: $1" && exit "$skipped"; }

# Mounts of our own, which end with this script, however it ends.
if [ -z "${OWN_MOUNTS:-}" ]; then
    [ "$(id -u)" -eq 0 ] || skip "only root may arrange a root to install into"
    command -v dpkg-shlibdeps >/dev/null || skip "there is no dpkg-dev here"
    OWN_MOUNTS=yes exec unshare --mount --propagation private "$0" "$@"
fi

fail() { echo "$1" >&2 && exit 1; }

folder=$(mktemp -d)
clean_up() {
    umount -R "$folder" || true
    rmdir "$folder"
}
mount -t tmpfs packages "$folder"
trap clean_up EXIT

cpack --config "$build/CPackConfig.cmake" -B "$folder/packages" >"$folder/log" 2>&1 ||
    { cat "$folder/log" >&2; fail "cpack failed; the lines above say why"; }

root=$folder/root
mkdir "$root" "$folder/upper" "$folder/work"
mount -t overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" root "$root" ||
    skip "this kernel, or this container, has no overlay mounts"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount -t tmpfs run "$root/run"
cp "$folder"/packages/*.deb "$root"

inside() { chroot "$root" "$@"; }
dpkg_does() { inside dpkg "$@" >"$folder/log" 2>&1 || { cat "$folder/log" >&2; fail "dpkg $* failed"; }; }

# What bears our name anywhere that a package writes.
ours() {
    inside find /etc /usr /var /run -xdev \
        \( -name '*settingsd*' -o -name '*settingsctl*' -o -name 'flashback-emulator*' \) -print
    [ ! -e "$root/usr/include/settings" ] || echo /usr/include/settings
}
[ -z "$(ours)" ] || skip "settingsd is installed on this machine"

packages=(settingsd settingsd-emulator libsettingsd-client-dev)
dpkg_does --install "${packages[@]/%/_${version}_amd64.deb}"
[ "$(inside settingsctl --version)" = "settingsctl $version" ] || fail "settingsctl does not start"
[ "$(inside pkg-config --modversion settingsd-client)" = "$version" ] ||
    fail "pkg-config does not find the client library"
inside flashback-emulator --help >/dev/null || fail "flashback-emulator does not start"

config=/etc/settingsd/config.toml
inside /usr/libexec/settingsd --check-config --config $config >/dev/null ||
    fail "the configuration that is installed is wrong"
sed 's/^# \([a-z_]* *= \)/\1/' "$root$config" >"$root/uncommented.toml"
inside env HOME=/root /usr/libexec/settingsd --check-config --config /uncommented.toml >/dev/null ||
    fail "what the installed configuration has in comments is wrong"

for unit in sockets.target.wants/settingsd.socket default.target.wants/settingsd.service; do
    [ -e "$root$(inside readlink -f "/etc/systemd/user/$unit")" ] || fail "$unit is not enabled"
done

echo '# edited' >>"$root$config"
mkdir -p "$root/root/.local/state/settingsd" "$root/var/lib/settingsd/kiosk"
dpkg_does --install "settingsd_${version}_amd64.deb"
grep -q '^# edited' "$root$config" || fail "an upgrade lost an edit of $config"

dpkg_does --remove "${packages[@]}"
[ ! -e "$root/usr/libexec/settingsd" ] || fail "the daemon is still there after a removal"
grep -q '^# edited' "$root$config" || fail "a removal took $config along, which only a purge may do"

dpkg_does --purge "${packages[@]}"
[ -z "$(ours)" ] || fail "a purge left behind: $(ours)"
[ -d "$root/root/.local/state/settingsd" ] || fail "a purge took a person's settings along"
