# Completion of settingsctl in bash: commands, options and the settings that there are now.

# Puts the words as typed into `words`, up to the cursor's. Bash splits them at ":" and "=" (COMP_WORDBREAKS),
# and completes what follows the last of these alone: what stands before it is `kept`.
_settingsctl_words() {
    local line=$COMP_LINE rest piece last= at
    for ((at = 0; at <= COMP_CWORD; ++at)); do
        piece=${COMP_WORDS[at]}
        rest=${line#"${line%%[![:space:]]*}"}
        if [[ -n $piece && $at -gt 1 && $rest == "$line" && $piece$last =~ ^[:=]+|[:=]+$ ]]; then
            kept=${words[-1]}
            words[-1]+=$piece
        else
            kept=
            words+=("$piece")
        fi
        [[ $piece =~ ^[:=]+$ ]] && kept=${words[-1]}
        line=${rest#"$piece"} last=$piece
    done
}

_settingsctl() {
    COMPREPLY=()
    local kept candidate
    local -a words=()
    _settingsctl_words
    while IFS=$'\t' read -r candidate _; do
        if [[ $candidate == :files ]]; then
            compopt -o default
            COMPREPLY=()
            return
        fi
        COMPREPLY+=("$(printf %q "${candidate#"$kept"}")")
    done < <(settingsctl complete -- "${words[@]:1}" 2>/dev/null)
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
    return 0
}

complete -F _settingsctl settingsctl
