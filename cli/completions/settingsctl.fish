# Completion of settingsctl in fish: commands, options and the settings that there are now.

function __settingsctl_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l told (settingsctl complete -- $words[2..-1] 2>/dev/null)
    if test "$told[1]" = :files
        __fish_complete_path (commandline -ct)
    else
        printf '%s\n' $told
    end
end

complete -c settingsctl -f -a '(__settingsctl_complete)'
