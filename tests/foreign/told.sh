# Sourced by the clients that are commands: does what the standard input says (run.py). The client has
# ask METHOD PATH [BODY], again PATH and watch PATH.

# percent_encoded TEXT: what a URL holds as it is stays so; every other byte becomes %XX.
percent_encoded() {
    local LC_ALL=C text=$1 encoded='' at
    for ((at = 0; at < ${#text}; at++)); do
        case ${text:at:1} in
            [A-Za-z0-9/?=\&._~-]) encoded+=${text:at:1} ;;
            *) encoded+=$(printf '%%%02X' "'${text:at:1}") ;;
        esac
    done
    printf '%s' "$encoded"
}

do_as_told() {
    local method path body
    while read -r method path body; do
        path=$(percent_encoded "$path")
        case $method in
            AGAIN) again "$path" ;;
            WATCH) watch "$path" ;;
            *) ask "$method" "$path" ${body:+"$body"} ;;
        esac
    done
}
