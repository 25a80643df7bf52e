"""The two ends of a pipe: the client on stdio, and the engine on its socket; neither is ever waited for."""
