"""The words a reader may not know, each with one plain sentence; behind every use of them."""

from __future__ import annotations

from functools import lru_cache

from dashboard import text
from dashboard.i18n import language, t

# In the order in which a reader meets them.
TERMS = (
    *("gap", "need", "access", "rank", "range", "robust", "underserved", "rural", "class"),
    *("within_reach", "beyond_reach", "over_capacity", "catchment", "travel", "fte", "cadre"),
    *("level", "tier", "link", "remedy", "group", "indicator", "typical", "cluster", "variant"),
    *("estimate", "no_data", "insufficient", "withheld", "snapshot"),
)


def term(name: str, word: str) -> str:
    """Return a word as HTML with the meaning of a term, for mouse, keyboard and screen reader."""
    meaning = text.esc(t(f"glossary.{name}.meaning"))
    return (
        f'<span class="mg-term" tabindex="0" role="note" aria-label="{text.esc(word)}: {meaning}" '
        f'data-tip="{meaning}">{text.esc(word)}</span>'
    )


def all_terms() -> str:
    """Return every term with its meaning as an HTML list."""
    return _all_terms(language())


@lru_cache(maxsize=8)
def _all_terms(_: str) -> str:
    # Every page carries the list, and it is the same for all readers of a language.
    items = "".join(
        f"<div><dt>{text.esc(t(f'glossary.{name}.word'))}</dt>"
        f"<dd>{text.esc(t(f'glossary.{name}.meaning'))}</dd></div>"
        for name in TERMS
    )
    return f'<dl class="mg-glossary" tabindex="0">{items}</dl>'
