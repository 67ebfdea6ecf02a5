"""Speed, memory and agreement of the access engine against its peers.

``python -m tests.benchmarks.access --peers /path/to/venv`` prints a Markdown table. The peers
(access, aceso, sdc-catchment, r2sfca) are installed in an environment of their own.
"""
