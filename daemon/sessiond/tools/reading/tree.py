"""A tree of files from their paths, shown within a number of lines. `list` fills and shows it. Pure."""

from dataclasses import dataclass, field


@dataclass
class Folder:
    """A directory, with how many files are anywhere below it."""

    folders: dict[str, "Folder"] = field(default_factory=dict[str, "Folder"])
    files: list[str] = field(default_factory=list[str])
    count: int = 0

    def add(self, names: list[str], most: int, depth: int) -> None:
        """A file by the names of its path. At most `most` names of a folder are kept, down to `depth` folders."""
        self.count += 1
        if len(names) == 1:
            if len(self.files) < most:
                self.files.append(names[0])
        elif depth and (names[0] in self.folders or len(self.folders) < most):
            self.folders.setdefault(names[0], Folder()).add(names[1:], most, depth - 1)

    def size(self) -> int:
        """Lines that it takes when it is opened, without those of its folders."""
        kept = len(self.folders) + len(self.files)
        return kept + (self.left_out() > 0)

    def left_out(self) -> int:
        """Files that are in no kept folder and no kept name."""
        return self.count - len(self.files) - sum(folder.count for folder in self.folders.values())


def lines(root: Folder, most: int) -> list[str]:
    """The tree, folders first. Folders are opened level by level while there is room; others tell their number."""
    root.files = root.files[: max(most - len(root.folders) - 1, 0)]
    opened, room, level = {id(root)}, most - root.size(), [root]
    while level:
        below = [folder for parent in level for _, folder in sorted(parent.folders.items())]
        level = list[Folder]()
        for folder in below:
            if folder.size() <= room:
                room -= folder.size()
                opened.add(id(folder))
                level.append(folder)
    return _shown(root, opened, "")


def _shown(folder: Folder, opened: set[int], indent: str) -> list[str]:
    shown: list[str] = []
    for name, inner in sorted(folder.folders.items()):
        if id(inner) in opened:
            shown += [f"{indent}{name}/", *_shown(inner, opened, indent + "  ")]
        else:
            shown.append(f"{indent}{name}/ ({inner.count} file{'s' * (inner.count != 1)})")
    shown += [indent + name for name in sorted(folder.files)]
    if left_out := folder.left_out():
        shown.append(f"{indent}({left_out} more files)")
    return shown
