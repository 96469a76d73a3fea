/** Where the daemon listens unless told otherwise. */
export function defaultSocket(): string {
    const { SETTINGSD_SOCKET: socket, XDG_RUNTIME_DIR: directory } = process.env;
    // An empty variable is as good as none, and so is a folder that is relative (XDG Base Directory).
    const runtime = directory?.startsWith('/') ? directory : `/run/user/${process.getuid?.()}`;
    return socket || `${runtime}/settingsd/socket`;
}
