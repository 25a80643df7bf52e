"""What is said of reading or changing one place, once the rules have spoken: the verdict, why, and what is on offer.

Pure but for a look whether a place outside is a directory; called by `judge.py`.
"""

from pathlib import Path

from sessiond.permission.judgement import Judgement
from sessiond.permission.paths import Place
from sessiond.permission.rules import Ruling, strictest
from sessiond_protocol.messages import OfferedRule


def of_place(permission: str, place: Place, rulings: dict[str, Ruling], *, root: Path) -> Judgement:
    """`rulings`: by permission, that of `outside` among them where the place lies there."""
    protected = place.protected if permission != "read" else None
    of_rules = strictest(ruling.verdict for ruling in rulings.values())
    verdict = strictest((of_rules, "ask")) if protected else of_rules
    decided = next(ruling.rule for ruling in rulings.values() if ruling.verdict == of_rules)
    return Judgement(
        verdict=verdict,
        permission=permission,
        patterns=(place.name,),
        rule=str(decided) if decided and verdict == of_rules else None,
        reason=None if verdict == "allow" else _why(permission, place, protected, rulings),
        always=_offers(place, rulings, root) if verdict == "ask" and not protected else (),
    )


def is_general(ruling: Ruling) -> bool:
    """Whether it asks, but for no path in particular: a rule that allows a whole command says more."""
    return ruling.verdict == "ask" and ruling.savable and (ruling.rule is None or ruling.rule.pattern == "*")


def _offers(place: Place, rulings: dict[str, Ruling], root: Path) -> tuple[OfferedRule, ...]:
    asking = {name: ruling for name, ruling in rulings.items() if ruling.verdict != "allow"}
    if not all(ruling.savable for ruling in asking.values()):
        return ()
    return tuple(OfferedRule(name, pattern) for name in asking for pattern in _patterns(place, root))


def _patterns(place: Place, root: Path) -> list[str]:
    """The file alone inside the project and for secrets; outside its folder, unless that holds far more."""
    if place.inside or place.secret:
        return [place.name]
    if place.path.is_dir():
        return [place.name, place.name.rstrip("/") + "/*"] if _is_small(place.path, root) else [place.name]
    folder = place.path.parent
    return [place.name.rpartition("/")[0] + "/*"] if _is_small(folder, root) else [place.name]


def _is_small(folder: Path, root: Path) -> bool:
    """Whether neither the home directory nor the project lies in it."""
    return not any(kept.is_relative_to(folder) for kept in (root, Path.home()))


def _why(permission: str, place: Place, protected: str | None, rulings: dict[str, Ruling]) -> str:
    does = f"{'Reads' if permission == 'read' else 'Changes'} {place.name}"
    if denied := next((ruling for ruling in rulings.values() if ruling.verdict == "deny"), None):
        return f"{does}, which the rule `{denied.rule}` denies."
    if protected:
        return f"{does}, which is protected: {protected}."
    if place.secret and rulings[permission].verdict == "ask":
        return f"{does}, which may hold secrets."
    if "outside" in rulings and rulings["outside"].verdict == "ask":
        return f"{does}, which is outside the project."
    if rule := rulings[permission].rule:
        return f"{does}, about which the rule `{rule}` asks."
    return f"{does}, which no rule allows."
