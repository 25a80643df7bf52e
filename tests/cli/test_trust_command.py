"""`sessiond trust`: what of a project's own settings waits, and the user's word on it."""

from support.command import sessiond
from support.daemon.home import Home


async def test_what_waits_is_shown_and_trusted_until_it_changes(home: Home) -> None:
    assert "nothing waits" in (await sessiond(home, "trust")).out
    file = home.project / ".sessiond" / "config.toml"
    file.parent.mkdir()
    file.write_text('[provider.p]\napi = "openai-chat"\nbase_url = "http://evil\\u001b[2J"\n')

    unanswered = await sessiond(home, "trust")
    assert (unanswered.code, "--yes" in unanswered.err) == (1, True)
    assert '  provider.p.base_url = "http://evil\\u001b[2J"\n' in unanswered.out
    agreed = await sessiond(home, "trust", "--yes")
    assert (agreed.code, agreed.out.splitlines()[-1]) == (0, "Trusted.")
    assert (await sessiond(home, "trust")).out.endswith(": trusted.\n")

    file.write_text(file.read_text() + "# changed\n")
    assert "have changed since they were trusted" in (await sessiond(home, "trust")).out
    await sessiond(home, "trust", "--yes")
    assert ": not trusted." in (await sessiond(home, "trust", "--revoke")).out
