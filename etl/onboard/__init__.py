"""Bring your own region: look at a person's files, say what was understood, write the five layers.

A stage of its own, run once by ``mindgap new-region``. It reads files of any common kind and writes
``data/local/<region>/`` and ``config/regions/<region>.yaml``; the other stages then find the layer
files as they find those of a sample. Nothing is guessed silently: what is sure is told, what is
unsure is asked or refused with the flag to give, and what does not join goes into a crosswalk for a
person to confirm.
"""
