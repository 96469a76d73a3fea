# Sourced by the scripts, in the root of the tree: a script's help is the comment at its head.

usage() { sed '1d; /^#/!Q; s/^# \{0,1\}//' "script/${0##*/}"; }

# misused: for arguments that the script does not know.
misused() {
    usage >&2
    exit 2
}

for argument; do
    case $argument in
        -h | --help) usage; exit 0 ;;
        --) break ;;
    esac
done
