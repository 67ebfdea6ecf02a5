"""Which column plays which role, and how names are compared."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz, process

from etl.errors import BadValueError
from etl.onboard.reading import Given
from etl.onboard.request import Asker, Report, Request
from etl.schema import Onboarding


def key(text: object) -> str:
    """Return how a name is compared: no case, accents or punctuation, single spaces.

    Examples
    --------
    >>> key("  Saint-Éloi ")
    'saint eloi'
    """
    plain = unicodedata.normalize("NFKD", str(text))
    letters = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return " ".join(re.sub(r"[\W_]+", " ", letters).split())


def nearest(text: str, choices: Mapping[str, str], floor: float) -> tuple[str, float] | None:
    """Return (id, likeness 0-100) of the choice most like `text`, None where none is near.

    Parameters
    ----------
    choices
        id -> name.
    floor
        Likeness below which nothing is suggested.
    """
    folded = {k: key(v) for k, v in choices.items()}
    found = process.extractOne(key(text), folded, scorer=fuzz.WRatio, score_cutoff=floor)
    return None if found is None else (found[2], round(found[1], 1))


def column_for(
    given: Given, layer: str, role: str, rules: Onboarding, request: Request, report: Report,
    ask: Asker, *, needed: bool, fits: Iterable[str] | None = None,
) -> str | None:  # fmt: skip
    """Return the column that plays a role in a file, None where none does and none is needed.

    Parameters
    ----------
    fits
        The columns whose cells can play the role; None where any can.

    Raises
    ------
    BadValueError
        A column named by the person is not there; or a needed role has no sure column and nobody
        can be asked.
    """
    flag = f"--column {layer}.{role}=HEADER"
    told = request.columns.get((layer, role))
    if told is not None:
        if told not in given.frame:
            # Several files may serve one layer; a column named by the person is in one of them.
            if not needed or len(request.files.get(layer, ())) > 1:
                return None
            raise BadValueError(
                f"{given.name} has no column {told!r} ({flag}). Columns: {given.columns}."
            )
        report.guess(given.name, role, told, "as you said")
        return told
    allowed = list(given.columns if fits is None else fits)
    ranked = _ranked(allowed, rules.roles[layer].get(role, [role]))
    best = [c for c, rank in ranked if rank == ranked[0][1]] if ranked else []
    if len(best) == 1 or (best and ranked[0][1][0] == 0):
        how = "header is a word for it" if ranked[0][1][0] == 0 else "header holds a word for it"
        report.guess(given.name, role, best[0], how)
        return best[0]
    if not needed:
        return None
    question = f"{given.name}: which column is the {role.replace('_', ' ')} of the {layer}"
    chosen = ask.choose(question, best or allowed, flag)
    report.guess(given.name, role, chosen, "as you said")
    return chosen


def _ranked(columns: list[str], words: list[str]) -> list[tuple[str, tuple[int, int]]]:
    """Return the columns whose header is (0) or holds (1) a word of the role, best first."""
    found = []
    for column in columns:
        # shapeName is two words; in names of places the case says nothing.
        name = f" {key(re.sub(r'(?<=[a-z])(?=[A-Z])', ' ', column))} "
        for at, word in enumerate(words):
            folded = key(word)
            # "shapeID" and "shape id" are the same word.
            if name.replace(" ", "") == folded.replace(" ", ""):
                found.append((column, (0, at)))
                break
            if len(folded) > 2 and f" {folded} " in name:
                found.append((column, (1, 0)))
                break
    return sorted(found, key=lambda item: item[1])


def match_vocabulary(
    texts: Iterable[str], labels: Mapping[str, str], told: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """Return (text -> id, texts that match nothing): by what the person said, by id or by label.

    Raises
    ------
    BadValueError
        The person named an id that is none.
    """
    odd = sorted(set(told.values()) - set(labels))
    if odd:
        raise BadValueError(f"{odd} is not known. Known: {', '.join(sorted(labels))}.")
    known = {key(i): i for i in labels} | {key(v): i for i, v in labels.items()}
    said = {key(k): v for k, v in told.items()}
    matched, unknown = {}, []
    for text in dict.fromkeys(texts):
        if key(text) in said:
            matched[text] = said[key(text)]
        elif key(text) in known:
            matched[text] = known[key(text)]
        else:
            unknown.append(text)
    return matched, unknown
