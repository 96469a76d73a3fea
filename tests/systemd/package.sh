#!/usr/bin/env bash
# Installs the packages into a copy of a root, uses, upgrades, removes and purges them there, and
# fails when something does not work or stays behind.
#
# Usage: tests/systemd/package.sh PACKAGES [ROOT]
# PACKAGES is the folder with the .deb files. ROOT is a bare one, for which apt gets what they
# depend on; without, it is this machine's, which has all of that, and dpkg does.
set -euo pipefail

. "$(dirname "$0")/namespaces.sh"
links=$(realpath "$(dirname "$0")/../pages/links.py")
packages=$(realpath "$1") below=$(realpath "${2:-/}")
compgen -G "$packages/settingsd_*.deb" >/dev/null || skip "there are no packages in $packages"
in_namespaces_of_its_own "$@"

root=$scratch/root
config=/etc/settingsd/config.toml
kiosks=/var/lib/settingsd
person=/home/person
version=$(dpkg-deb --field "$packages"/settingsd_*.deb Version)
names=(settingsd settingsd-notify settingsd-emulator libsettingsd-client-dev settingsd-doc)
folder=/run/packages/
next=${folder}next.deb
apt_options=()

say() { echo "  ✓ $1"; }
fail_with_log() { cat "$scratch/log" >&2; fail "$1"; }

# The packages; and as the next version of the daemon the same with a new line in its configuration.
gather_packages() {
    local name
    mkdir "$scratch/packages"
    for name in "${names[@]}"; do cp "$packages/$name"_*.deb "$scratch/packages/$name.deb"; done
    dpkg-deb --raw-extract "$packages"/settingsd_*.deb "$scratch/next"
    sed -i 's/^Version: .*/&+next/' "$scratch/next/DEBIAN/control"
    echo '# New in the next version.' >>"$scratch/next$config"
    dpkg-deb -Znone --build "$scratch/next" "$scratch/packages/next.deb" >/dev/null
}

# A new copy of the root below: what is written in it is in $scratch/upper, and only that. All
# copies have in common what apt has downloaded.
arrange_root() {
    ! mountpoint -q "$root" || umount -R "$root"
    rm -rf "$scratch/upper" "$scratch/work"
    mkdir -p "$root" "$scratch"/{upper,work,downloads/partial}
    mount -t overlay root "$root" \
        -o "lowerdir=$below,upperdir=$scratch/upper,workdir=$scratch/work" ||
        skip "this kernel, or this container, has no overlay mounts"
    mount -t proc proc "$root/proc"
    mount --bind /dev "$root/dev"
    mount -t tmpfs -o mode=755 run "$root/run"
    mkdir "$root$folder"
    mount --bind "$scratch/packages" "$root$folder"
    [ "$below" = / ] || mount --bind "$scratch/downloads" "$root/var/cache/apt/archives"
    install -d -o nobody -g nogroup "$root$person"
    [ -z "$(ours)" ] || skip "settingsd is installed on this machine"
}

# quietly COMMAND…: in the root; what it says is shown if it fails.
quietly() { inside "$@" </dev/null >"$scratch/log" 2>&1 || fail_with_log "$* failed"; }

# manage install|remove|purge PACKAGE…: as an upgrade does that nobody watches, in which files that
# the administrator has edited stay as they are. On a machine with everything, what others do when
# something was installed, such as to index all manuals, takes most of the time.
manage() {
    local action=$1
    shift
    if [ "$below" = / ]; then
        quietly dpkg --no-triggers --force-confdef "--$action" "$@"
    else
        quietly apt-get "$action" --yes "${apt_options[@]}" \
            -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef "$@"
    fi
}

# What bears our name anywhere that a package writes.
ours() {
    inside find /etc /usr /var /run -xdev \
        \( -name '*settingsd*' -o -name '*settingsctl*' -o -name 'flashback-emulator*' \) -print
    [ ! -e "$root/usr/include/settings" ] || echo /usr/include/settings
}

# All that was written and is there: but for the people's, and what dpkg, apt, the linker and the
# manuals note down, and dependencies: their files, and what ca-certificates makes of them.
stayed() {
    sed -E 's#^/(s?bin|lib[0-9]*)(/|$)#/usr&#' "$root"/var/lib/dpkg/info/*.list | sort -u \
        >"$scratch/owned"
    find "$scratch/upper" -mindepth 1 ! -type c -printf '/%P\n' | sort |
        comm -23 - "$scratch/owned" |
        grep -Ev "^$person(/|$)" |
        grep -Ev '^/var/(cache/(apt|debconf|ldconfig|man)|lib/(apt|dpkg)|log/apt)/' |
        grep -Ev '^/(etc/ld\.so\.cache|var/log/(dpkg|alternatives)\.log)$' |
        grep -Ev '^/(etc/ssl/certs/|(etc/ca-certificates\.conf|usr/local/share/ca-certificates)$)' |
        while read -r path; do [ -e "$below$path" ] || [ -h "$below$path" ] || echo "$path"; done
}

# What was there before, and is not now.
went() { find "$scratch/upper" -type c -printf '/%P\n'; }

programs_start() {
    [ "$(inside settingsctl --version)" = "settingsctl $version" ] ||
        fail "settingsctl does not start"
    quietly flashback-emulator --help
    [[ " ${names[*]} " != *" settingsd-notify "* ]] || quietly /usr/libexec/settingsd-notify --help
    quietly /usr/bin/settingsd --check-config --config $config
    sed -e 's/^# \([a-z_]* *= \)/\1/' \
        -e 's#^\(ca_file *= *\).*#\1"/etc/ssl/certs/ca-certificates.crt"#' \
        -e '/^proxy_credentials *= */d' \
        -e 's#^\(token_command *= *\).*#\1["/usr/bin/true"]#' \
        "$root$config" >"$root/run/uncommented.toml"
    quietly /usr/bin/settingsd --check-config --config /run/uncommented.toml
    say "the programs start, and the configuration is right, also what it has in comments"
}

units_are_enabled() {
    local unit
    for unit in sockets.target.wants/settingsd.socket default.target.wants/settingsd.service; do
        [ -f "$root$(inside readlink -f "/etc/systemd/user/$unit")" ] || fail "$unit is not enabled"
        [ ! -h "$root/etc/systemd/user/${unit#*/}" ] || fail "$unit is masked"
    done
    [ -z "$(inside find /etc/systemd -name 'settingsd-notify*')" ] || fail "notifications are not off"
    say "the units are enabled, but for the one that each person enables"
}

as_person() {
    inside setpriv --reuid=nobody --regid=nogroup --clear-groups \
        env HOME=$person XDG_RUNTIME_DIR=$person "$@"
}

# with_daemon COMMAND…: while a person's daemon runs, which then stops when it is told to.
with_daemon() {
    local daemon deadline=$((SECONDS + 30))
    as_person /usr/bin/settingsd >"$scratch/log" 2>&1 &
    daemon=$!
    until as_person settingsctl get >/dev/null 2>&1; do
        [ $SECONDS -lt $deadline ] || fail_with_log "settingsd does not serve a person"
        kill -0 $daemon 2>/dev/null || fail_with_log "settingsd does not start for a person"
        sleep 0.05
    done
    "$@" || fail_with_log "$* failed"
    kill "$(pidof settingsd)"
    wait $daemon || fail_with_log "settingsd did not stop in order"
}

theme_is_dark() { [ "$(as_person settingsctl get theme)" = dark ]; }
sets_theme() { as_person settingsctl set theme=dark && theme_is_dark; }

# A machine may be told to install no documentation, so what is looked at is the package itself.
pages_lead_to_one_another() {
    dpkg-deb --extract "$scratch/packages/settingsd-doc.deb" "$scratch/pages"
    python3 "$links" "$scratch/pages/usr/share/doc/settingsd-doc" || fail "links in settingsd-doc are broken"
    [ "$(dpkg-deb --field "$scratch/packages/settingsd-doc.deb" Architecture)" = all ] ||
        fail "settingsd-doc is for one architecture"
    say "the pages of settingsd-doc lead to one another, and nowhere else"
}

library_is_found() {
    [ "$(inside pkg-config --modversion settingsd-client)" = "$version" ] ||
        fail "pkg-config does not find the client library"
    say "pkg-config finds the client library"
}

library_serves_an_app() {
    manage install --no-install-recommends g++ pkg-config
    library_is_found
    cat >"$root/run/app.cpp" <<'APP'
#include <settings/client.h>

int main() { return settings::Client{}.get<std::string>("theme", "none") == "dark" ? 0 : 1; }
APP
    quietly sh -c 'c++ -std=c++20 -o /run/app /run/app.cpp \
        $(pkg-config --cflags --libs settingsd-client)'
    with_daemon as_person /run/app
    say "an app that is built with it reads the setting"
}

# A machine where a person, an administrator and a kiosk have made something of their own.
settle_in() {
    with_daemon sets_theme
    say "a person's daemon keeps a setting"
    echo '# edited' >>"$root$config"
    mkdir -p "$root$kiosks/kiosk" "$root/etc/systemd/system/multi-user.target.wants"
    touch "$root$kiosks/kiosk/settings.db"
    ln -s "/lib/systemd/system/settingsd@.service" \
        "$root/etc/systemd/system/multi-user.target.wants/settingsd@kiosk.service"
}

# what_is_theirs_stays AFTER_WHAT
what_is_theirs_stays() {
    grep -q '^# edited' "$root$config" || fail "$1 lost an edit of $config"
    [ -e "$root$kiosks/kiosk/settings.db" ] || fail "$1 took a kiosk's settings along"
    say "after $1 the edited configuration and all settings are there"
}

upgrade() {
    manage install $next
    [[ $(inside dpkg-query -W -f '${Version}' settingsd) = *+next ]] || fail "the upgrade was none"
    with_daemon theme_is_dark
    what_is_theirs_stays "an upgrade"
}

remove() {
    manage remove "${names[@]}"
    [ ! -e "$root/usr/bin/settingsd" ] || fail "the daemon is still there after a removal"
    what_is_theirs_stays "a removal"
}

install_again() {
    manage install $next
    units_are_enabled
    with_daemon theme_is_dark
    what_is_theirs_stays "another installation"
}

purge() {
    manage purge settingsd
    [ -z "$(ours)" ] || fail "a purge left behind: $(ours)"
    [ -n "$(find "$root$person" -name settings.db)" ] || fail "a purge took a person's settings"
    say "after a purge the person's settings are there, and nothing by our name"
}

nothing_else_changed() {
    [ -z "$(stayed)" ] || fail "after a purge there is still: $(stayed)"
    [ -z "$(went)" ] || fail "after a purge there is no more: $(went)"
    say "and nothing else is there that was not before, nor missing"
}

# A disk that is mounted for kiosks can be emptied only.
purge_with_a_mount() {
    manage install $next
    mkdir -p "$root$kiosks"
    mount -t tmpfs kiosks "$root$kiosks"
    mkdir "$root$kiosks/kiosk"
    manage purge settingsd
    [ -z "$(ls -A "$root$kiosks")" ] || fail "a purge left a kiosk's settings on their disk"
    say "a purge empties a disk of kiosks"
}

# live COMMAND: from the installation, after which the command looks at it, to the purge.
live() {
    local files=("${names[@]/%/.deb}")
    arrange_root
    manage install "${files[@]/#/$folder}"
    programs_start
    units_are_enabled
    settle_in
    "$@"
    upgrade
    remove
    install_again
    purge
}

gather_packages
pages_lead_to_one_another
if [ "$below" = / ]; then
    live library_is_found
else
    echo "As apt installs them on a bare Debian:"
    live library_serves_an_app
    echo "Without what is only recommended, so also without systemd:"
    apt_options=(--no-install-recommends) names=(settingsd settingsd-emulator)
    live true
fi
nothing_else_changed
purge_with_a_mount
