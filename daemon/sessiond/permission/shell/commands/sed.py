"""What a `sed` reads and writes: its script can do either, and `-i` writes to all its files."""

import re

from sessiond.permission.shell.commands.operands import Touched
from sessiond.permission.shell.commands.wrappers import has_option
from sessiond.permission.shell.words import Word

ADDRESS = r"(\d+|\$|/[^/\n]*/)"
SUBSTITUTION = r"s(?P<d>[/|#,:@!])(?:(?!(?P=d))[^\n\\]|\\.)*(?P=d)(?:(?!(?P=d))[^\n\\]|\\.)*(?P=d)[gpiI\d]*"
HARMLESS = re.compile(rf"({ADDRESS}(,{ADDRESS})?)?(!?[dpPDqNhHgGxn=]|{SUBSTITUTION})?")
"""A command that neither writes, reads nor runs anything: an address, then a letter or a substitution."""

IN_PLACE = re.compile(r"-[^efiI-][^efiI]*[iI].*|-[iI].*", re.DOTALL)
SCRIPT = re.compile(r"-[^efiI-]*e(?P<glued>.*)", re.DOTALL)
FILE = re.compile(r"-[^efiI-]*f.*", re.DOTALL)
"""Whatever letters stand before: what is an option's value for one sed, is a row of options for another."""


def of_sed(words: tuple[Word, ...]) -> Touched:
    """Raises no matter how odd; what is not understood is a doubt."""
    found, scripts, operands = Touched(), list[Word](), list[Word]()
    in_place, taken = False, ""
    options = True
    for word in words[1:]:
        text = word.text
        if not word.known:
            found.doubts.append(f"`{text[:60]}` may be an option of sed that writes.")
        if taken == "number" and not text.isdigit():
            taken = ""
        if taken:
            scripts += [word] if taken == "script" else []
            taken = ""
        elif not options or not text.startswith("-") or text == "-":
            operands.append(word)
        elif text == "--":
            options = False
        else:
            in_place = _is_in_place(word, found) or in_place
            taken = _option(text, scripts, found)
    if not scripts:
        without_suffix = operands[1:] if in_place and len(operands) > 2 and not operands[0].text else operands
        scripts, operands = without_suffix[:1], without_suffix[1:]
    found.doubts += ["It is not known what a script of sed does." for script in scripts if not _harmless(script)]
    if in_place and any(".." in word.text.split("/") for word in operands):
        found.doubts.append("`sed -i` is given a path that leads upwards.")
    (found.writes if in_place else found.reads).extend(operands)
    return found


def _is_in_place(word: Word, found: Touched) -> bool:
    if not has_option(word.text, "--in-place") and not IN_PLACE.fullmatch(word.text):
        return False
    if "/" in word.text or "*" in word.text:
        found.doubts.append(f"`{word.text[:60]}` leaves copies elsewhere.")
    return True


def _option(text: str, scripts: list[Word], found: Touched) -> str:
    """Notes a script in an option; what the next word is, if it belongs to the option."""
    script = SCRIPT.fullmatch(text)
    if has_option(text, "--expression") or script:
        glued = script["glued"] if script else text.partition("=")[2]
        scripts += [Word(glued)] if glued else []
        return "" if glued else "script"
    if has_option(text, "--file") or FILE.fullmatch(text):
        found.doubts.append("It is not known what a script of sed in a file does.")
        scripts.append(Word(""))
        return "" if "=" in text or not text.endswith(("f", "file")) else "file"
    return "number" if text == "--line-length" or re.fullmatch(r"-[A-Za-z]*l", text) else ""


def _harmless(script: Word) -> bool:
    if not script.known:
        return False
    parts = re.split(r"[;\n]", script.text)
    return any(all(HARMLESS.fullmatch(part.strip()) for part in whole) for whole in ([script.text], parts))
