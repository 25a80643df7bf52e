"""How many words of a command an always-answer saves, and which commands are never offered."""

from sessiond.permission.shell.commands.tables.names import names

NEVER = frozenset(
    names("""
    sh bash zsh dash ksh mksh ash rbash fish yash csh tcsh pwsh powershell cmd python python2 python3
    pythonw py pyw pypy pypy3 ipython node deno bun perl ruby irb php lua luajit tclsh expect osascript
    awk gawk mawk nawk jshell ghci erl elixir iex Rscript R groovy scala kotlin julia sqlite3 psql mysql
    mongo mongosh redis-cli gdb lldb bc env sudo doas su pkexec run0 sudoedit xargs parallel eval exec
    command builtin source . trap time timeout nice ionice nohup setsid stdbuf chroot chrt taskset watch
    flock strace ltrace unbuffer fakeroot script busybox toybox rlwrap xvfb-run torsocks proxychains
    dbus-run-session systemd-run systemd-inhibit caffeinate coproc noglob nocorrect entr hyperfine at
    batch crontab nsenter unshare bwrap firejail find fd ssh scp sftp rsync telnet nc ncat netcat socat
    screen tmux npx bunx uvx pipx nix nix-shell direnv mise asdf vagrant ansible export declare typeset
    readonly local alias unalias set shopt enable hash unset read mapfile readarray vi vim nvim emacs
    nano ed ex less more man dd mkfs shred wipefs fdisk parted mount umount reboot shutdown halt
    poweroff kill killall pkill
""")
)  # fmt: skip
"""A saved rule for one of these would allow anything."""

EXACT = frozenset(
    names("""
    make gmake just ninja task rake gradle gradlew mvn tar sed sort rg curl wget rm chmod chown ln
""")
)
"""Offered with exactly these words only: further ones could run or overwrite anything."""

ARITY: dict[str, int] = {
    **dict.fromkeys(
        names("""
    git gh glab hg svn npm pnpm yarn cargo go pip pip3 uv poetry pdm rye hatch conda brew apt apt-get
    dnf yum pacman apk snap systemctl journalctl kubectl helm terraform tofu docker podman aws gcloud az
    fly vercel netlify heroku dotnet flutter dart swift bundle gem composer mix rustup nvm volta turbo
    nx lerna rails django-admin deno firebase supabase tmux screen openssl virsh minikube bazel
"""),
        2,
    ),
    "npm run": 3, "pnpm run": 3, "yarn run": 3, "bun run": 3, "git stash": 3, "git remote": 3, "git worktree": 3,
    "git submodule": 3, "git config": 3, "git bisect": 3, "docker compose": 3, "docker container": 3, "docker image": 3,
    "docker volume": 3, "docker network": 3, "podman compose": 3, "gh pr": 3, "gh issue": 3, "gh repo": 3, "gh run": 3,
    "gh release": 3, "gh workflow": 3, "glab mr": 3, "aws s3": 3, "kubectl config": 3, "kubectl rollout": 3,
    "uv pip": 3,
    "cargo +nightly": 3, "conda env": 3, "poetry env": 3, "helm repo": 3, "terraform state": 3, "go mod": 3,
    "pip config": 3, "rustup toolchain": 3, "rustup target": 3, "npm config": 3, "npm pkg": 3,
}  # fmt: skip
"""How many words name what is done; one where nothing is said. The longest beginning that is listed counts."""

NEVER_BEGINNINGS = (
    "docker run", "docker exec", "docker compose run", "docker compose exec", "docker container run",
    "docker container exec", "podman run", "podman exec", "kubectl exec", "kubectl run", "kubectl debug",
    "npm exec", "npm x", "npm explore", "npm config set", "pnpm exec", "pnpm dlx", "yarn exec", "yarn dlx",
    "yarn node", "bundle exec", "uv run", "uv tool", "poetry run", "poetry shell", "pdm run", "rye run",
    "hatch run", "conda run", "cargo run", "go run", "go generate", "dotnet run", "dotnet script", "dart run",
    "flutter run", "swift run", "mix run", "rails runner", "rails console", "rustup run", "nvm exec",
    "volta run", "composer exec", "gh alias", "gh api", "gh extension", "git config", "git config set",
    "git bisect run", "git submodule foreach", "git filter-branch", "git difftool", "git mergetool",
    "aws ssm", "npm set-script", "gh codespace", "gcloud compute ssh", "terraform console", "terraform apply",
    "heroku run", "fly ssh", "nx exec", "lerna exec",
)  # fmt: skip
"""What runs anything one names, or changes what is run later."""
