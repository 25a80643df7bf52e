"""One turn in a terminal: what `sessiond run` hears of its session, shows, asks and ends with."""
