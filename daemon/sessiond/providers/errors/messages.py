"""Sentences for people about a failed call: what happened, at which provider, and what to do."""

_MAX_WORDS = 300
"""Characters of the provider's own words that go into a message."""

_SENTENCES = {
    "contextOverflow": "The conversation is too long for the model at {provider}. "
    "Compact it, drop attachments, or choose a model with a larger context.",
    "contextOverflow by output": "The conversation and the output limit together exceed the model's context at "
    "{provider}. Lower the model's `output` in the configuration.",
    "rateLimited": "{provider} limits how fast requests may come. Try again {when}.",
    "overloaded": "{provider} has more requests than it can serve{http}. Try again {when}, or choose another model.",
    "quotaExceeded": "The account at {provider} has no credit or quota left{http}. "
    "Add credit there, or choose another model.",
    "authRequired": "{provider} refused the key or its rights{http}. "
    "Give a valid key with `sessiond auth add {provider}`.",
    "invalidRequest": "{provider} refused the request{http}, and would again. "
    "Change the prompt, the model or its settings.",
    "invalidRequest 404": "{provider} knows no such model or address{http}. Check the model's name and `base_url`.",
    "providerUnavailable": "{provider} failed to answer{http}. "
    "Try again; if it keeps failing, choose another model or provider.",
}


def message_for(
    kind: str, provider: str, status: int | None, words: str, wait: float | None, *, by_output: bool = False
) -> str:
    """The message of a ProviderError. `words`: what the provider said, free of keys; it ends the message, cut short."""
    case = kind
    if kind == "contextOverflow" and by_output:
        case = "contextOverflow by output"
    elif kind == "invalidRequest" and status == 404:
        case = "invalidRequest 404"
    sentence = _SENTENCES[case].format(
        provider=provider,
        http=f" (HTTP {status})" if status else "",
        when=f"in {wait:.0f} s" if wait and wait >= 1 else "in a moment",
    )
    words = " ".join(words.split())
    if len(words) > _MAX_WORDS:
        words = words[:_MAX_WORDS] + "…"
    return f"{sentence} It said: {words}" if words else sentence
