"""Names that models give to arguments, having learnt other tools than ours: groups that mean the same thing.

Used by `arguments.py`. Only names whose meaning and unit are the same stand together: a `timeout` in seconds
is none in milliseconds, and `start_line` counts in one product from 0 and in another from 1.
"""

_GROUPS = (
    ("filePath", "path", "file", "fileName", "targetFile", "absolutePath", "fullPath", "relativePath"),
    ("path", "directory", "dir", "folder", "dirPath", "directoryPath", "targetDirectory"),
    ("oldString", "oldStr", "oldText"),
    ("newString", "newStr", "newText"),
    ("content", "contents", "fileText", "fileContent"),
    ("command", "cmd", "commandLine"),
    ("workdir", "cwd", "workingDirectory", "workingDir"),
    ("pattern", "regex", "regexp"),
    ("patchText", "patch", "patchContent", "input"),
    ("url", "uri"),
    ("todos", "todoList"),
)
WRAPPERS = frozenset(("arguments", "args", "input", "parameters", "params"))
"""What some servers put around all of the arguments."""


def bare(name: str) -> str:
    """A name without what only spells it: `file_path`, `file-path` and `filePath` are one."""
    return name.replace("_", "").replace("-", "").replace(" ", "").lower()


_SAME = tuple(frozenset(map(bare, group)) for group in _GROUPS)


def mean_the_same(one: str, other: str) -> bool:
    """Whether two names, bare or not, stand for the same thing."""
    one, other = bare(one), bare(other)
    return one == other or any(one in group and other in group for group in _SAME)
