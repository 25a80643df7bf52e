"""The native face: JSON-RPC on stdio for editors, from the first byte to the bounded outgoing buffer."""
