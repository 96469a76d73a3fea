# Completion of settingsctl in bash: commands, options and the settings that there are now.

_settingsctl() {
    COMPREPLY=()
    local word=${COMP_WORDS[COMP_CWORD]}
    # Bash splits words at "=": what follows one is a value.
    [[ $word == = || ${COMP_WORDS[COMP_CWORD-1]} == = ]] && return

    local candidate
    while IFS=$'\t' read -r candidate _; do
        if [[ $candidate == :files ]]; then
            compopt -o default
            COMPREPLY=()
            return
        fi
        COMPREPLY+=("$(printf %q "$candidate")")
    done < <(settingsctl complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
    return 0
}

complete -F _settingsctl settingsctl
