"""The methods of the protocol, one function each: typed parameters in, a result or RpcError out."""
