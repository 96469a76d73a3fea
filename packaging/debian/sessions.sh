# in_each_session COMMAND…: as everyone who has a systemd manager now, able to speak with it. What does
# not work there must not keep the package from being installed or removed.
in_each_session() {
    for manager in /run/user/*/systemd/private; do
        [ -S "$manager" ] || continue
        folder=${manager%/systemd/private}
        timeout 30 runuser -u "$(stat -c %U "$folder")" -- \
            env XDG_RUNTIME_DIR="$folder" "$@" >/dev/null 2>&1 || true
    done
}
