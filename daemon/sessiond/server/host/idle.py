"""How long an engine stays when nobody needs it: as the user's own file says, which is read anew each time.

Asked by `link/listening.py` when the last client has left.
"""

import asyncio
import logging

from sessiond.config.errors import ConfigError
from sessiond.config.load import load_settings
from sessiond.config.settings import EngineSettings

log = logging.getLogger(__name__)


async def idle_seconds() -> float:
    """Never raises: what is wrong with the file every client hears that needs it."""
    try:
        return (await asyncio.to_thread(load_settings, None)).settings.engine.idle
    except ConfigError as error:
        log.warning("the default for `engine.idle` counts: %s", error.message)
        return EngineSettings().idle
