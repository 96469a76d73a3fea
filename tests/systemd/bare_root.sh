#!/usr/bin/env bash
# Makes a bare Debian, of this machine's release and from its archive, and runs a command with the
# folder as its last argument. Nothing of it is left afterwards.
#
# Usage: tests/systemd/bare_root.sh COMMAND…
# Exits as the command does, or with 77 and the reason where such a root cannot be made; with
# BOOT=required in the environment that is a failure.
set -euo pipefail

. "$(dirname "$0")/namespaces.sh"
command -v debootstrap >/dev/null || skip "there is no debootstrap here"
in_namespaces_of_its_own "$@"

release=$(. /etc/os-release && echo "${VERSION_CODENAME:-none}")
root=$scratch/root

# Where this machine has Debian from, a line each: URL and suite.
archives() {
    local url suite component
    apt-get indextargets --format '$(COMPONENT) $(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
        sort -u |
        while read -r component suite url; do
            [[ $component = main && $suite =~ ^($release|stable)(-updates|-security)?$ ]] ||
                continue
            # Images for clouds name a file with the mirror in it.
            [[ $url != mirror+file:* ]] ||
                url=$(grep -o -m 1 '^[a-z]*:[^[:space:]]*' "${url#mirror+file:}")
            echo "$url $suite"
        done
}

# What apt has been told, or finds out, about the way to a URL.
proxy_to() {
    local told=''
    eval "$(apt-config shell told Acquire::http::Proxy)"
    [ -n "$told" ] || told=$(/usr/lib/apt/apt-helper auto-detect-proxy "$1" 2>/dev/null |
        sed -n "s/.*proxy '\([^']*\)' for.*/\1/p")
    echo "${told:-${http_proxy:-}}"
}

# apt in there has the archive, the keys and the way to it that this machine's has. It has no
# third parties' archives, and no hooks, whose programs are not there.
configure_apt() {
    local apt=$root/etc/apt
    sed 's/.*/deb & main/' "$scratch/archives" >"$apt/sources.list"
    cp -rL /etc/apt/auth.conf* "$apt/" 2>/dev/null || true
    cp -rL /etc/apt/trusted.gpg* "$apt/" 2>/dev/null || true
    cp -L /etc/apt/keyrings/*.{gpg,asc} "$apt/trusted.gpg.d/" 2>/dev/null || true
    apt-config dump Acquire | grep -Ev '^Acquire::(IndexTargets|Changelogs|.*Proxy-?Auto-?Detect)' \
        >"$apt/apt.conf.d/00machine"
    if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
        cp /etc/ssl/certs/ca-certificates.crt "$apt/machine.crt"
        echo 'Acquire::https::CAInfo "/etc/apt/machine.crt";' >>"$apt/apt.conf.d/00machine"
    fi
    [ -z "$http_proxy" ] ||
        echo "Acquire::http::Proxy \"$http_proxy\";" >>"$apt/apt.conf.d/00machine"
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
}

archives >"$scratch/archives"
if [ ! -s "$scratch/archives" ]; then
    # Images for containers come without lists.
    apt-get update -qq >/dev/null 2>&1 || true
    archives >"$scratch/archives"
fi
mirror=$(sed -En "s/ ($release|stable)$//p" "$scratch/archives" | head -n 1)
[ -n "$mirror" ] || skip "apt has no archive of Debian $release on this machine"

http_proxy=$(proxy_to "$mirror")
[ "$http_proxy" != DIRECT ] || http_proxy=''
export http_proxy
if ! debootstrap --variant=minbase "$release" "$root" "$mirror" >"$scratch/log" 2>&1; then
    tail -n 20 "$scratch/log" >&2
    skip "debootstrap does not get a Debian $release; the lines above say why"
fi
configure_apt
# As everywhere where no init runs: what is installed starts nothing.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
if ! inside apt-get update >"$scratch/log" 2>&1; then
    cat "$scratch/log" >&2
    skip "apt does not reach the archive in there; the lines above say why"
fi

"$@" "$root"
