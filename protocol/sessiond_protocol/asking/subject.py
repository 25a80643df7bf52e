"""What a permission is asked for beside what the request's title says already: for whoever draws the question."""

from sessiond_protocol.messages import PermissionRequest


def command_beside_title(request: PermissionRequest) -> str | None:
    """The command that the call would run, where the title does not have the whole of it."""
    return None if request.command is None or request.title.endswith(request.command) else request.command


def patterns_beside_title(request: PermissionRequest) -> list[str]:
    """What the call would touch, unless the title or the command says so."""
    said = f"{request.title}\n{request.command or ''}"
    return [pattern for pattern in request.patterns if pattern not in said]
