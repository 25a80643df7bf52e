"""The pipe between one editor and the engine of all: what an editor starts as `sessiond`.

Of the standard library and a few modules of ours, none of which imports asyncio or msgspec: each editor pays for it.
"""
