#compdef settingsctl
# Completion of settingsctl in zsh: commands, options and the settings that there are now.

_settingsctl() {
    local line candidate
    local -a told assignments words_now
    words_now=("${(@Q)words[2,CURRENT]}")
    for line in "${(@f)$(settingsctl complete -- "$words_now[@]" 2>/dev/null)}"; do
        [[ -n $line ]] || continue
        candidate=${line%%$'\t'*}
        if [[ $candidate == :files ]]; then
            _files
            return
        elif [[ $candidate == *= ]]; then
            assignments+=("$candidate")
        else
            told+=("${candidate//:/\\:}${${line#$candidate}/$'\t'/:}")
        fi
    done
    (( ${#assignments} )) && compadd -S '' -- "$assignments[@]"
    (( ${#told} )) && _describe settingsctl told
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _settingsctl "$@"
else
    compdef _settingsctl settingsctl
fi
