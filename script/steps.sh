# Sourced by .ci/run: does one thing after the other, and tells at the end what each has taken.

steps=()

# Work in ticks of the clock: of all processors of the machine, and of our steps that have ended (proc(5)).
busy_ticks() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 + $9 }' /proc/stat; }
own_ticks() { awk '{ print $16 + $17 }' "/proc/$$/stat"; }

# step NAME COMMAND…: runs the command and notes its time. Ends the script where the command fails.
step() {
    local name=$1 start=$SECONDS busy own status=0
    shift
    busy=$(busy_ticks) own=$(own_ticks)
    printf '\n== %s\n' "$name"
    "$@" || status=$?
    own=$(($(own_ticks) - own)) busy=$(($(busy_ticks) - busy))
    [ "$status" -eq 0 ] || name+=" (failed)"
    steps+=("$(row "$name" $((SECONDS - start)) "$own" "$busy")")
    return "$status"
}

# The steps so far, each with how many processors it has used on average, and others meanwhile.
table_of_steps() {
    printf '\n%-26s %8s %6s %8s\n' step time ours "others'"
    printf '%s\n' "${steps[@]}"
    row "in all" "$SECONDS" "$(own_ticks)" $(($(busy_ticks) - busy_at_first))
}

# row NAME SECONDS OWN BUSY: the last two in ticks
row() {
    awk -v name="$1" -v took="$2" -v own="$3" -v busy="$4" -v hertz="$(getconf CLK_TCK)" 'BEGIN {
        per = (took > 0 ? took : 1) * hertz
        others = busy > own ? busy - own : 0
        printf "%-26s %5d:%02d %6.1f %8.1f\n", name, took / 60, took % 60, own / per, others / per }'
}

busy_at_first=$(busy_ticks)
