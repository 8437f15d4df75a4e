"""What opens files that could break the program that opens them, in a process of its own with bounded memory.

It is started from this folder alone (see `ingest.confined`), so it imports nothing of the rest of the product: the
start would take seconds. Its parts speak JSON, a line for each request and answer; tables go into Arrow files.
"""
