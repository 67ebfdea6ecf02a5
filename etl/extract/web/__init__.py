"""Fetching the publishers' own files: the only place that uses the network.

`fetch.fetch_sources` brings every source of a region that declares ``download:`` into a cache that
is laid out like the folder of raw files, each file with a receipt beside it; extraction then reads
it as it reads any raw file. One client (`client.Client`) makes every request; a module for each
kind of interface knows its addresses and answers. None of the interfaces was called live when this
was written: each is tested against a local server that replays the documented shape.
"""
