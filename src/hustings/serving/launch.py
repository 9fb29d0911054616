"""Start a process that ends with the one that wanted it, as the user it was wanted as.

Run by path, before anything of Hustings is imported: `python -I -S launch.py PARENT SIGNAL USER -- COMMAND...`.
The kernel sends SIGNAL when the starting thread of PARENT is gone, however it went; USER is `uid:gid`, or `-`.
Linux only.
"""

__all__ = ["main"]

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Become the command."""
    parent, signal, user, _, *command = arguments
    # A group of its own: Ctrl-C reaches the parent alone, which then stops everything in order.
    os.setsid()
    if user != "-":
        uid, gid = map(int, user.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
        os.umask(0o077)
    # After the change of user, which would clear it.
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signal), 0, 0, 0)
    if os.getppid() != int(parent):  # it died before it could be watched
        sys.exit(143)
    os.execvp(command[0], command)  # noqa: S606 - a fixed argument list, never through a shell


if __name__ == "__main__":
    main(sys.argv[1:])
