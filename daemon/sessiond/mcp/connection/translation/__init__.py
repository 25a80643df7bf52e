"""Between the SDK's types and those of the room: pure functions, in either direction."""
