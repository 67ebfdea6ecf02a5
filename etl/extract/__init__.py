"""Getting raw files into ``raw_`` tables: local folders, archives, pages, maps and rasters.

Everything arrives as the publisher wrote it, typed as ``config/sources/<source>.yaml`` declares,
with the file and the row each record came from. Nothing is selected or corrected here except what
``config/corrections`` declares.
"""
