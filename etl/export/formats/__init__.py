"""One module per file format; each has one function that writes an export's content to a path.

None reads a clock or a random number: the same content gives the same bytes.
"""
