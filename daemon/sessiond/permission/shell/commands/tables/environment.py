"""Variables that commands look at: the harmless ones, and those that change what is run."""

import re

HARMLESS = re.compile(
    r"LANG|LANGUAGE|LC_[A-Z]+|TZ|NO_COLOR|FORCE_COLOR|CLICOLOR|CLICOLOR_FORCE|COLORTERM|TERM|COLUMNS|LINES|CI|DEBUG"
    r"|NODE_ENV|RUST_BACKTRACE|RUST_LOG|CARGO_TERM_COLOR|PYTHONUNBUFFERED|PYTHONDONTWRITEBYTECODE|PYTHONHASHSEED"
    r"|GIT_TERMINAL_PROMPT|GIT_OPTIONAL_LOCKS|DEBIAN_FRONTEND|HOMEBREW_NO_AUTO_UPDATE|NEXT_TELEMETRY_DISABLED"
)
"""Change how things look or how much is said; their value may be a plain word only."""

HARMLESS_VALUE = re.compile(r"(?!/)(?!.*\.\.)[\w.@:,+=/-]*", re.ASCII)

PAGERS = re.compile(r"PAGER|GIT_PAGER|MANPAGER|BAT_PAGER|SYSTEMD_PAGER")
"""Programs that are run; `cat`, or none, is harmless."""

HARMLESS_PAGERS = ("cat", "")

DANGEROUS = re.compile(
    r".*(PATH|PRELOAD|PAGER|EDITOR|VISUAL|BROWSER|SHELL|HOME|OPTIONS|OPTS|FLAGS|ARGS|CONFIG|COMMAND|CMD|PROXY|ASKPASS"
    r"|TMPDIR|WRAPPER|LAUNCHER|STARTUP|ENV|EXEC|HOOK|PROGRAM|INIT|RC|SSL|CERT|TOKEN|KEY|HOST|URL|REGISTRY)(_.*|FILE|DIR)?"
    r"|(LD|DYLD|GIT|SSH|BASH|ZSH|NODE|NPM|YARN|PYTHON|PERL|RUBY|GEM|JAVA|JDK|GO|CARGO|RUST|CC|CXX|MAKE|PIP|UV|DOCKER|KUBE"
    r"|AWS|LESS|MAN|GREP|RIPGREP|FZF|GCC|CMAKE|PKG|XDG|SUDO|TERMINFO|GLIBC|MALLOC|LUA|PHP|R|DOTNET|GTK|QT|SESSIOND)_?.*"
    r"|IFS|ENV|PS\d|PROMPT.*|OPTIND|POSIXLY_CORRECT|HIST.*|FPATH|ZDOTDIR|USER|LOGNAME|PWD|OLDPWD|AS|AR|LD|DISPLAY|MAIL"
    r"|npm_.*|.*_proxy|path|cdpath|fpath|manpath|mailpath|module_path|fignore|psvar|watch|prompt|histchars|options"
    r"|(dis_)?(aliases|galiases|saliases|functions|builtins|reswords)|commands|parameters|nameddirs|userdirs|modules"
    r"|(precmd|preexec|chpwd|periodic|zshexit|zshaddhistory)(_functions)?"
)
"""Of variables of the shell alone: what is exported already in many places, or steers the shell itself."""
