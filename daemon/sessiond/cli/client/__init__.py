"""The commands' way to the engine: over the wire, as any client, to the one of all or to one in this process."""
