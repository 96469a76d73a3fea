# Sourced by the scripts that install and build: runs what takes long without its output, and shows on
# a terminal that it lives.

# quietly WHAT COMMAND…: shows the command's output only if it fails. On a terminal one line counts
# meanwhile: WHAT, how far a build has come, and for how long. Wants pipefail.
quietly() (
    what=$1 status=0
    shift
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    if [ -t 2 ]; then
        # Not in the background, where Ctrl-C would not reach the command.
        "$@" 2>&1 </dev/null | tee "$log" | count "$what" >&2 || status=$?
    else
        "$@" >"$log" 2>&1 </dev/null || status=$?
    fi
    if [ "$status" -ne 0 ]; then
        grep -vE '^\[[0-9]+/[0-9]+\] ' "$log" >&2 || true
        echo "$what: failed; the lines above say why" >&2
    fi
    exit "$status"
)

# count WHAT: reads a command's output, and writes one line over and over until the output ends.
count() {
    local what=$1 line='' step='' status
    SECONDS=0
    while true; do
        printf '\r\033[K%s: %s%d:%02d' "$what" "$step" $((SECONDS / 60)) $((SECONDS % 60))
        status=0
        IFS= read -r -t 1 line || status=$?
        if [ "$status" -ne 0 ] && [ "$status" -le 128 ]; then break; fi  # the end, and no time-out
        # Ninja's own count, as in "[12/375] Building …".
        [[ ! $line =~ ^\[([0-9]+)/([0-9]+)\] ]] || step="${BASH_REMATCH[1]} of ${BASH_REMATCH[2]}, "
    done
    printf '\r\033[K'
}

# build PRESET [TARGET…]: builds the targets, or everything.
build() {
    local preset=$1
    shift
    quietly "configuring" cmake --preset "$preset"
    quietly "building" cmake --build --preset "$preset" ${1:+--target "$@"}
}
