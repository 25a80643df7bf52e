"""How many words of a command an always-answer saves, and which commands are never offered."""

from sessiond.permission.shell.commands.tables.names import names

NEVER = frozenset(
    names("""
    sh bash zsh dash ksh mksh ash rbash fish yash csh tcsh pwsh powershell cmd nu xonsh elvish osh ysh oil ion
    mrsh posh sash es rc scsh murex

    python pythonw py pyw pypy ipython bpython ptpython node nodejs deno bun tsx ts-node qjs d8 js perl raku
    ruby irb jruby php hhvm lua luajit luau tclsh wish expect osascript guile racket scheme csi chez sbcl clisp
    ecl clojure clj bb janet fennel awk gawk mawk nawk jshell java jjs groovy scala kotlin ghci runghc
    runhaskell stack erl escript elixir iex rscript r octave julia ocaml utop swipl gforth gst pike factor nim
    crystal m4 maxima gnuplot wine mono bc dc jupyter

    sqlite sqlite3 psql mysql mariadb mongo mongosh redis-cli duckdb clickhouse clickhouse-client cqlsh sqlplus
    gdb lldb rr cgdb ddd radare2 r2

    env sudo doas su pkexec run0 sudoedit runuser setpriv sg newgrp capsh xargs parallel sem pexec rush eval
    exec command builtin source . trap time timeout nice ionice nohup setsid stdbuf chroot chrt taskset watch
    flock strace ltrace dtrace dtruss truss unbuffer fakeroot fakechroot proot script busybox toybox rlwrap
    winpty xvfb-run torsocks tsocks proxychains proxychains4 dbus-run-session dbus-launch systemd-run
    systemd-inhibit systemd-nspawn machinectl caffeinate coproc noglob nocorrect entr watchexec nodemon
    hyperfine at batch crontab launchctl nsenter unshare bwrap firejail prlimit choom chpst softlimit numactl
    cgexec setarch linux32 linux64 i386 x86_64 uname26 runcon aa-exec ld ld.so valgrind perf heaptrack
    py-spy scalene catchsegv eatmydata chronic ifne pee mispipe vipe faketime start-stop-daemon daemonize
    daemon open xdg-open

    find fd fdfind ssh scp sftp rsync mosh autossh sshpass telnet nc ncat netcat socat lftp screen tmux zellij
    dtach abduco npx bunx uvx pipx pnpx nix direnv dotenv doppler mise asdf vagrant ansible distrobox toolbox
    lxc multipass

    export declare typeset readonly local alias unalias set shopt enable hash unset read mapfile readarray

    vi vim nvim view vimdiff nvimdiff gvim gview gvimdiff rvim rview rgvim evim ex ed emacs emacsclient nano
    pico joe jed micro helix hx kak ne mcedit less more most pg man

    dd mkfs shred wipefs fdisk parted mount umount reboot shutdown halt poweroff kill killall pkill
""")
)  # fmt: skip
"""A saved rule for one of these would allow anything. By a name like `python3.12` or `bash-static` as well: what
follows a digit, a dot or a dash in the name of a program is its version, or another make of it."""

EXACT = frozenset(
    names("""
    make gmake just ninja task rake gradle gradlew mvn tox nox tar sed sort rg curl wget rm chmod chown ln
""")
)
"""Offered with exactly these words only: further ones could run or overwrite anything."""

ARITY: dict[str, int] = {
    **dict.fromkeys(
        names("""
    git gh glab hg svn npm pnpm yarn cargo go pip pip3 uv poetry pdm rye hatch conda brew apt apt-get
    dnf yum pacman apk snap systemctl journalctl kubectl helm terraform tofu docker podman aws gcloud az
    fly vercel netlify heroku dotnet flutter dart swift bundle gem composer mix rustup nvm volta turbo
    nx lerna rails django-admin deno firebase supabase tmux screen openssl virsh minikube bazel pipenv mamba
    micromamba pixi docker-compose podman-compose flatpak nerdctl
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
    "volta run", "composer exec", "gh alias", "gh api", "gh extension",
    "git config", "git bisect run", "git submodule foreach",
    "docker-compose run", "docker-compose exec", "podman-compose run", "podman-compose exec", "podman compose run",
    "podman compose exec", "podman container run", "podman container exec", "nerdctl run", "nerdctl exec",
    "pipenv run", "pipenv shell", "mamba run", "micromamba run", "pixi run", "pixi exec", "pixi shell",
    "flatpak run", "flatpak enter", "cargo install", "snap run",
    "aws ssm", "npm set-script", "gh codespace", "gcloud compute ssh", "terraform console", "terraform apply",
    "heroku run", "fly ssh", "nx exec", "lerna exec",
)  # fmt: skip
"""What runs anything one names, or changes what is run later."""

GIT_OFFERED = frozenset(
    names("""
    add blame branch cat-file check-ignore checkout cherry cherry-pick clean commit count-objects describe diff
    fetch for-each-ref log ls-files ls-tree merge merge-base mv name-rev pull push reflog restore rev-list
    rev-parse revert rm shortlog show show-ref stash status switch tag version whatchanged worktree
""")
)  # fmt: skip
"""Subcommands of git that may be offered with any further words. Others are offered with exactly these words."""
