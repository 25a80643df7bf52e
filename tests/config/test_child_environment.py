"""What children see of the environment."""

import pytest

from sessiond.config.privacy.child_environment import child_environment, secret_values

PLAIN = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/home/me",
    "PWD": "/home/me/project",
    "OLDPWD": "/home/me",
    "LANG": "de_DE.UTF-8",
    "LC_ALL": "C",
    "SHELL": "/bin/bash",
    "TERM": "xterm",
    "TMPDIR": "/tmp",
    "DISPLAY": ":0",
    "XAUTHORITY": "/home/me/.Xauthority",
    "XDG_SESSION_ID": "1",
    "SSH_AUTH_SOCK": "/tmp/ssh-x/agent.1",
    "SSL_CERT_FILE": "/etc/ssl/cert.pem",
    "NODE_EXTRA_CA_CERTS": "/etc/ssl/own.pem",
    "GIT_AUTHOR_NAME": "Me",
    "VIRTUAL_ENV": "/home/me/.venv",
    "JAVA_HOME": "/usr/lib/jvm",
    "DATABASE_URL": "postgres://localhost/test",
    "TOKENIZERS_PARALLELISM": "false",
    "LS_COLORS": "di=01;34:ln=01;36",
    "GREP_COLORS": "mt=01;31:fn=35",
    "JDBC_URL": "jdbc:postgresql://localhost/test?ssl=true&ApplicationName=tests",
    "CONN": "Server=localhost;Database=test;Trusted_Connection=True",
    "PYTEST_ADDOPTS": "--tokens=3 -p no:password",
    "CURL_OPTS": "--header token=$TOKEN",
    "PROMPT": "pwd=/home/me",
    "BYPASS": "1",
    "COMPASS_DIR": "/opt/compass",
    "GIT_ASKPASS": "/usr/bin/askpass",
    "no_proxy": "localhost,.example.com",
}

SECRET = {
    "OPENAI_API_KEY": "x",
    "ANTHROPIC_API_KEY": "x",
    "GITHUB_TOKEN": "x",
    "GH_PAT": "x",
    "AWS_SECRET_ACCESS_KEY": "x",
    "AWS_ACCESS_KEY_ID": "x",
    "AWS_SESSION_TOKEN": "x",
    "PGPASSWORD": "x",
    "MYSQL_PWD": "x",
    "db_password": "x",
    "DB_PASS": "x",
    "AppSecret": "x",
    "MYAPIKEY": "x",
    "NPM_AUTH": "x",
    "HTTP_AUTHORIZATION": "x",
    "GOOGLE_APPLICATION_CREDENTIALS": "/home/me/key.json",
    "SLACK_WEBHOOK_URL": "x",
    "AZURE_STORAGE_CONNECTION_STRING": "x",
    "SESSION_COOKIE": "x",
    "GPG_PASSPHRASE": "x",
    "SENTRY_DSN": "x",
    "DATABASE_URL": "postgres://user:pw@host/db",
    "SSHPASS": "x",
    "MYPASS": "x",
    "MYPASS2": "x",
    "DB_PW": "x",
    "JDBC_URL": "jdbc:mysql://host/db?user=u&password=pw",
    "CONN": "Server=host;User Id=u;Password=pw",
    "SHORT_CONN": "Server=host;Uid=u;Pwd=pw",
    "PQ": "host=h user=u password='pw'",
    "STORAGE": "AccountName=a;AccountKey=/abc+def==",
    "BUS": "Endpoint=sb://h/;SharedAccessKeyName=n;SharedAccessKey=abc=",
    "SIGNED": "https://host/file?sv=1&sig=abc",
    "CALLBACK": "https://host/hook?access_token=abc",
    "JAVA_TOOL_OPTIONS": "-Djavax.net.ssl.keyStorePassword=changeit",
    "AS_JSON": '{"user": "u", "password": "pw"}',
    "INNOCENT": "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "ALSO_INNOCENT": "-----BEGIN RSA PRIVATE KEY-----\nabc",
    "REMOTE": "https://me:pw@github.com/me/project",
    "SESSIOND_DATA_DIR": "/home/me/data",
    "SESSIOND_MODEL": "a/b",
}


def test_what_is_no_secret_is_seen() -> None:
    assert child_environment(PLAIN) == PLAIN


@pytest.mark.parametrize("name", SECRET)
def test_a_secret_is_not(name: str) -> None:
    assert child_environment({name: SECRET[name]}) == {}


def test_the_user_may_let_variables_through_but_not_the_keys_of_providers() -> None:
    environment = {"NPM_TOKEN": "x", "BOX": "x", "OTHER": "x", "SESSIOND_MODEL": "x"}

    seen = child_environment(environment, keep=["NPM_TOKEN", "BOX", "SESSIOND_MODEL"], secret=["BOX"])

    assert seen == {"NPM_TOKEN": "x", "OTHER": "x"}


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("http://me:pw@proxy:3128", "http://proxy:3128"),
        ("me:pw@proxy:3128", "proxy:3128"),
        ("http://proxy:3128", "http://proxy:3128"),
    ],
)
def test_a_proxy_is_seen_without_its_password(address: str, seen: str) -> None:
    assert child_environment({"https_proxy": address}) == {"https_proxy": seen}


def test_values_to_be_taken_out_of_texts_are_those_of_secrets_only() -> None:
    environment = {"API_KEY": "0123abcd", "KEY_FILE": "/etc/key", "USE_TOKEN": "true", "BOX": "words here", "A": "b"}

    assert secret_values(environment, ["BOX"]) == {"0123abcd", "words here"}
