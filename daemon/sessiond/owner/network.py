"""Tells data directories on network file systems, where SQLite's shared memory and locks do not hold.

Asked before a directory's lock is taken. Linux only: elsewhere nothing lists the mounts without a subprocess.
"""

import os

MOUNTS = "/proc/self/mounts"

# fmt: off
NETWORK = frozenset((
    "9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs",
    "nfs", "nfs4", "ocfs2", "orangefs", "pvfs2", "smb", "smb2", "smb3", "smbfs", "fuse.ceph", "fuse.davfs2",
    "fuse.gcsfuse", "fuse.glusterfs", "fuse.gvfsd-fuse", "fuse.rclone", "fuse.s3fs", "fuse.smbnetfs",
    "fuse.sshfs",
))
# fmt: on
"""Types of file system whose bytes another machine may change (sqlite.org/wal.html: all users on one host)."""


def on_network(directory: str, mounts: str = MOUNTS) -> str | None:
    """Names the mount and the remedy, if it lies on one. The directory need not exist yet."""
    mount = _mount_of(os.path.realpath(directory), mounts)
    if mount is None or mount[1] not in NETWORK:
        return None
    point, kind = mount
    return (
        f"{directory} lies on the network file system {point} ({kind}), where conversations would get damaged. "
        f"Set SESSIOND_DATA_DIR to a directory on a local disk."
    )


def _mount_of(path: str, mounts: str) -> tuple[str, str] | None:
    """The mount point that a path lies under, and its type."""
    found: tuple[str, str] | None = None
    for point, kind in _mounts(mounts):
        # A later mount on the same point hides the earlier one.
        if _is_under(path, point) and (found is None or len(point) >= len(found[0])):
            found = point, kind
    return found


def _mounts(mounts: str) -> list[tuple[str, str]]:
    try:
        with open(mounts, errors="surrogateescape") as file:
            fields = [line.split(" ") for line in file]
    except OSError:
        return []
    return [(_unescaped(field[1]), field[2]) for field in fields if len(field) > 2]


def _is_under(path: str, point: str) -> bool:
    return path == point or path.startswith(point.rstrip("/") + "/")


def _unescaped(point: str) -> str:
    """fstab(5): space, tab, newline and backslash stand as octal numbers."""
    for character in " \t\n\\":
        point = point.replace(f"\\{ord(character):03o}", character)
    return point
