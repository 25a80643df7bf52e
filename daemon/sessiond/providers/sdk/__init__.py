"""What the three adapters share of their SDKs: a client that is built once, and the connections it speaks over."""
