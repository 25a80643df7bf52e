"""What the scripted model plays where the extension is looked at: by test_looks.py, and in the pictures of scenes."""

from typing import Any

from support.daemon import Home

FILE = "greetings.py"
CODE = '''\
"""How guests are greeted."""

from dataclasses import dataclass

GREETING = "Hello"


@dataclass
class Guest:
    name: str
    language: str = "en"


def greet(guest: Guest) -> str:
    return f"{GREETING}, {guest.name}!"


def farewell(guest: Guest) -> str:
    goodbye = "Goodbye"
    return f"{goodbye}, {guest.name}!"
'''
TABLE = 'GREETINGS = {"en": "Hello", "de": "Hallo", "fr": "Bonjour"}'
GREETS = """\
    hello = GREETINGS.get(guest.language, GREETINGS["en"])
    return f"{hello}, {guest.name}!\""""
SUMMARY = """\
`greet` in `src/greetings.py:14` only knew English. It now speaks the **guest's language**:

- languages without a greeting fall back to English
- the name comes last, as [the guide](https://example.com/guide) asks

| language | greeting |
|---|---|
| en | Hello |
| de | Hallo |
| fr | Bonjour |

> `farewell` is as it was. It could do the same:

```python
def farewell(guest: Guest) -> str:
    goodbyes = {"de": "Auf Wiedersehen", "fr": "Au revoir"}
    goodbye = goodbyes.get(guest.language, "Goodbye")
    return f"{goodbye}, {guest.name}!"
```
"""
PLAN = [
    {"content": "Read how guests are greeted", "status": "completed", "priority": "high"},
    {"content": "Greet them in their language", "status": "completed", "priority": "high"},
    {"content": "Run the tests", "status": "inProgress", "priority": "medium"},
    {"content": "Say it in the changelog", "status": "pending", "priority": "low"},
]
TEST = """\
from unittest import TestCase

from src.greetings import Guest, greet


class Greetings(TestCase):
    def test_a_guest_is_greeted_in_their_language(self) -> None:
        self.assertEqual(greet(Guest("Zoé", "fr")), "Bonjour, Zoé!")
"""
COMMAND = "python3 -B -m unittest --verbose tests.test_greetings"


def call(name: str, **arguments: Any) -> dict[str, Any]:
    return {"name": name, "arguments": arguments}


def greetings(home: Home, file: str = FILE) -> list[dict[str, Any]]:
    """Puts the files in their places; the steps that change it, and then ask for leave to run a command."""
    for name, text in {f"src/{file}": CODE, "tests/test_greetings.py": TEST}.items():
        place = home.project / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, "utf-8")
    path = f"src/{file}"
    return [
        {
            "reasoning": "The user wants greetings in more languages. I look at the code first.",
            "text": "I look at the code first.",
            "toolCalls": [call("read", filePath=path), call("todoWrite", todos=PLAN)],
            "usage": {"input": 9_100, "output": 260},
        },
        {
            "toolCalls": [
                call("edit", filePath=path, oldString='GREETING = "Hello"', newString=TABLE),
                call("edit", filePath=path, oldString='    return f"{GREETING}, {guest.name}!"', newString=GREETS),
                call("bash", command="ls docs", description="Look for a guide"),
            ],
            "usage": {"input": 12_700, "output": 410},
        },
        {"text": SUMMARY, "toolCalls": [call("bash", command=COMMAND)], "usage": {"input": 18_400, "output": 920}},
        {"text": "Done."},
    ]
