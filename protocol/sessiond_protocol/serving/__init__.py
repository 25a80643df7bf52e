"""How clients, pipes and the engine meet: the handshake and what is said of the engine, and the link behind it."""
