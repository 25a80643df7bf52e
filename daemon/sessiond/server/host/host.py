"""An engine with its clients and its end: what connections and handlers share of one process.

Made by `serve.py` for the one client on stdio, by `link/listening.py` for all that come.
"""

from sessiond.server.engine import Engine
from sessiond.server.host.clients import Clients
from sessiond.server.host.departure import Departure
from sessiond_protocol.serving.link import Successor

WHEN = {False: "once no turn runs", True: "now"}


class Host:
    def __init__(self, engine: Engine, *, shared: bool) -> None:
        """`shared`: whether it is the one engine of all clients."""
        self.engine = engine
        self.shared = shared
        self.clients = Clients()
        self.departure = Departure(engine, self.clients)

    def stop(self, *, now: bool, by: str) -> None:
        """For the client of that name."""
        self._say(f"{by} has asked the engine to end {WHEN[now]}.")
        self.departure.stop(now=now)

    def supersede(self, successor: Successor) -> None:
        self._say(f"The engine ends once no turn runs; sessiond {successor.version} takes over.")
        self.departure.supersede(successor)

    def _say(self, text: str) -> None:
        for connected in self.clients:
            connected.say(text)
