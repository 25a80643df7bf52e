"""Names of files that are more than text: what other programs run or obey by themselves, and what holds secrets.

Tables for `paths.py`; all names are folded to lower case. Why these: docs/decisions/0073.
"""

import re

OBEYED_FOLDERS = frozenset({
    ".git", ".sessiond",
    # editors open them and run their tasks
    ".vscode", ".vs", ".idea", ".fleet", ".zed", ".devcontainer",
    # other coding agents obey them
    ".claude", ".codex", ".cursor", ".gemini", ".agents", ".roo", ".clinerules", ".kiro", ".continue", ".windsurf",
    ".opencode", ".amazonq", ".augment", ".junie", ".trae", ".crush", ".goose", ".qwen", ".kilocode", ".factory",
    ".ssh", ".gnupg", ".direnv",
    # settings of a project that name programs to run
    ".cargo", ".jj", ".hg", ".helix", ".mise",
})  # fmt: skip
"""Wherever they stand, with all that is in them."""

OBEYED_FILES = frozenset({
    # shells and what they start
    ".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".bash_aliases", ".profile", ".zshrc", ".zprofile",
    ".zshenv", ".zlogin", ".zlogout", ".kshrc", ".mkshrc", ".cshrc", ".tcshrc", ".login", ".logout", ".inputrc",
    ".xprofile", ".xinitrc", ".xsession", ".xsessionrc", ".pam_environment", "config.fish", ".envrc", ".direnvrc",
    ".tmux.conf", ".screenrc", ".mise.toml", "mise.toml",
    # other programs that run or obey what they find beside them
    ".vimrc", ".gvimrc", ".exrc", ".nvimrc", ".nvim.lua", ".gdbinit", ".lldbinit", ".emacs", ".dir-locals.el",
    ".npmrc", ".yarnrc", ".yarnrc.yml", ".pypirc", ".netrc", ".curlrc", ".wgetrc", ".ripgreprc",
    "sitecustomize.py", "usercustomize.py", ".pnpmfile.cjs", ".pnpmfile.mjs", ".devcontainer.json", ".lazy.lua",
    ".lvimrc", ".local.vimrc", ".hgrc", ".rprofile", ".renviron", ".irbrc", ".pryrc", ".pdbrc", ".ghci", ".ocamlinit",
    ".octaverc", ".iex.exs", ".psqlrc", ".sqliterc",
    # git
    ".gitconfig", ".gitmodules", ".gitignore", ".git-credentials",
    # agents: servers they start, instructions they follow, what they leave alone
    ".mcp.json", "mcp.json", "agents.md", "agents.override.md", "agent.md", "claude.md", "claude.local.md",
    "gemini.md", "copilot-instructions.md", ".cursorrules", ".windsurfrules", ".roorules", ".roomodes", ".rooignore",
    ".clinerules", ".clineignore", ".cursorignore", ".geminiignore", ".aiignore", ".aiexclude", ".aider.conf.yml",
    "opencode.json", "opencode.jsonc", ".rules", ".goosehints", "crush.json", ".crush.json", "qwen.md", "warp.md",
})  # fmt: skip
OBEYED_ENDINGS = (".code-workspace", ".sublime-project", ".pth", ".instructions.md")
OBEYED_AT_HOME = (
    ".config/fish", ".config/git", ".config/autostart", ".config/systemd", ".config/environment.d", ".config/nvim",
    ".config/gh", ".config/pip", ".local/bin", ".local/share/applications", "bin", ".aws", ".kube", ".docker",
    ".vim", ".oh-my-zsh", ".bashrc.d", ".zsh", ".cargo", ".gradle", ".m2", "library/launchagents",
)  # fmt: skip
"""Paths from the home directory."""

SECRET_FOLDERS = frozenset({".ssh", ".gnupg", ".password-store", "keyrings"})
SECRET_PATHS = (
    ".kube/config", ".docker/config.json", ".aws/config", ".aws/credentials", ".cargo/credentials",
    ".cargo/credentials.toml", ".config/gh/hosts.yml", ".m2/settings.xml", ".gradle/gradle.properties",
)  # fmt: skip
"""Ends of paths, wherever they stand."""
SECRET_FILES = frozenset({
    ".env", ".envrc", ".netrc", "_netrc", ".pgpass", ".my.cnf", ".npmrc", ".pypirc", ".git-credentials", ".htpasswd",
    ".vault-token", ".boto", ".s3cfg", ".dockercfg", ".terraformrc", "credentials", "credentials.json",
    "credentials.toml", "credentials.yml", "credentials.yaml", "secrets.json", "secrets.toml", "secrets.yml",
    "secrets.yaml", ".credentials.json", "auth.json", "kubeconfig",
})  # fmt: skip
SECRET_ENDINGS = (
    ".env", ".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".ppk", ".ovpn", ".gpg", ".pkcs12",
)  # fmt: skip
SECRET_NAMES = re.compile(
    r"id_(rsa|dsa|ecdsa|ed25519)(_sk)?(?!.*\.pub$).*|client_secret.*\.json|service[-_]account.*\.json"
)
SECRET_AT_HOME = (
    ".aws", ".azure", ".kube", ".config/gh", ".config/gcloud", ".config/op", ".bash_history", ".zsh_history",
    ".mozilla", ".config/google-chrome", ".config/chromium", ".local/share/keyrings", ".fly", ".terraform.d",
)  # fmt: skip
EXAMPLE = re.compile(r".*[._-](example|sample|template|dist|tmpl|defaults)|.*\.pub")
"""A name that only shows how such a file looks."""
ENVIRONMENT = re.compile(r".*\.env([^a-z].*)?")
"""`.env` with anything behind it that makes no other word of it: `.env.local`, `.env-prod`, `.env2`."""
COPY = re.compile(r"(?P<name>.+?)(~|#|[._-](bak|backup|old|orig|save|saved|copy|tmp|swp|swo|\d+))+")
"""What editors and people call a copy of a file."""


def is_secret(name: str) -> bool:
    """Whether a file's own name, in lower case, says that it, or what it is a copy of, may hold secrets."""
    if EXAMPLE.fullmatch(name):
        return False
    copied = COPY.fullmatch(name)
    original = copied["name"] if copied else name
    return any(_is_secret(each) for each in (name, original, original[1:]) if each)


def _is_secret(name: str) -> bool:
    return (
        name in SECRET_FILES
        or name.endswith(SECRET_ENDINGS)
        or ENVIRONMENT.fullmatch(name) is not None
        or SECRET_NAMES.fullmatch(name) is not None
    )


def is_obeyed(name: str) -> bool:
    """Whether other programs run or obey a file with this name, in lower case, by themselves."""
    return name in OBEYED_FILES or name.removesuffix(".local") in OBEYED_FILES or name.endswith(OBEYED_ENDINGS)
