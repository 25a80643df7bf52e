"""What a provider's error means: one classifier for all adapters, from bodies and from exceptions.

Adapters call `classify` or `from_exception` and raise what it returns. No SDK is imported here.
"""

from sessiond.providers.errors.classify import classify
from sessiond.providers.errors.exceptions import from_exception

__all__ = ["classify", "from_exception"]
