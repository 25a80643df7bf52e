"""Which models may have been meant by a name that means none. Called by the registry for its refusals."""

import difflib
from collections.abc import Iterable, Mapping, Sequence

MOST = 5


def suggestions(name: str, known: Mapping[str, Sequence[str]]) -> list[str]:
    """The likeliest first, as `provider/model`.

    `known` has the names of each provider's models by its id; one that takes any name may have none.
    What is given may lack the provider, lack the model, or have either of them misspelt.
    """
    provider, _, model = name.partition("/")
    models = [(id, known_model) for id, names in known.items() for known_model in names]
    whole = near(name, [f"{id}/{known_model}" for id, known_model in models])
    alike = near(model or provider, [known_model for _, known_model in models])
    by_model = [f"{id}/{known_model}" for likely in alike for id, known_model in models if known_model == likely]
    asked = [model] if model else []
    providers = [] if provider in known else near(provider, known)
    by_provider = [f"{id}/{known_model}" for id in providers for known_model in known[id] or asked]
    return list(dict.fromkeys([*whole, *by_model, *by_provider]))[:MOST]


def near(name: str, names: Iterable[str]) -> list[str]:
    """The names that may have been meant, the likeliest first: those that contain it, then similar ones."""
    names = list(names)
    containing = [known for known in names if len(name) > 2 and name.lower() in known.lower()]
    similar = difflib.get_close_matches(name, names, n=MOST, cutoff=0.6)
    return list(dict.fromkeys(containing + similar))[:MOST]
