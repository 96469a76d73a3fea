/** Where the daemon listens unless told otherwise. */
export function defaultSocket(): string {
    const { SETTINGSD_SOCKET: socket, XDG_RUNTIME_DIR: directory } = process.env;
    // An empty variable is as good as none.
    return socket || `${directory || `/run/user/${process.getuid?.()}`}/settingsd/socket`;
}
