"""Reading one YAML file, or writing one: the only place that knows YAML.

What is wrong is collected as `Fault`s, so that every fault of every file is told at once.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

TAGS = ("[key]", "layer_selects", "layer_files")  # pydantic's own words, no keys of a file
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Fault:
    """One thing wrong in one configuration file."""

    file: str
    key: str
    problem: str
    allowed: str = ""

    def __str__(self) -> str:
        """Return the fault as a line of text."""
        tail = f" Allowed: {self.allowed}." if self.allowed else ""
        return f"{self.file}: {self.key or '(top)'}: {self.problem}.{tail}"


if TYPE_CHECKING:
    from yaml import SafeLoader as _Base
else:
    # libyaml reads several times as fast and comes with PyYAML's wheels; where PyYAML was built
    # without it, its own reader gives the same.
    _Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):
    """SafeLoader that refuses a key written twice (YAML keeps the last one silently)."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[str] = set()
    for key_node, _ in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise yaml.MarkedYAMLError(
                problem="a key must be a word", problem_mark=key_node.start_mark
            )
        if key_node.value in seen:
            raise yaml.MarkedYAMLError(
                problem=f"key {key_node.value!r} is written twice", problem_mark=key_node.start_mark
            )
        seen.add(key_node.value)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path, name: str, faults: list[Fault]) -> dict[str, Any] | None:
    """Return what a YAML file holds; None after adding its fault, under `name`, to `faults`."""
    try:
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except FileNotFoundError:
        faults.append(Fault(name, "", "the file is missing"))
    except UnicodeDecodeError as error:
        faults.append(Fault(name, "", f"the file is not UTF-8 ({error.reason})"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else ""
        faults.append(
            Fault(name, where, f"not readable as YAML: {getattr(error, 'problem', error)}")
        )
    else:
        if isinstance(loaded, dict):
            return loaded
        faults.append(Fault(name, "", "the file must hold keys and values"))
    return None


def _fault_text(error: Any) -> tuple[str, str]:
    """Return (problem, allowed) in plain words for one pydantic error."""
    value, kind = error.get("input"), error["type"]
    if kind == "string_type" and isinstance(value, (int, float, bool)):
        return (
            f"{value!r} was read as a {type(value).__name__}, not text "
            "(YAML turns 0101 into 65 and NO into false)",
            'text in quotes, such as "0101" or "NO"',
        )
    if kind == "extra_forbidden":
        return "unknown key", "remove it or correct its spelling"
    if kind == "missing":
        return "required key is missing", ""
    shown = repr(value) if len(repr(value)) < 80 else type(value).__name__
    ctx = error.get("ctx") or {}
    return f"{shown}: {error['msg']}", str(ctx.get("expected") or ctx.get("pattern") or "")


def parse(model: type[M], data: Any, name: str, faults: list[Fault]) -> M | None:
    """Return `data` as a model; None after adding every fault, under `name`, to `faults`."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for item in error.errors():
            key = ".".join(str(part) for part in item["loc"] if part not in TAGS)
            faults.append(Fault(name, key, *_fault_text(item)))
    return None


def yaml_text(data: dict[str, Any], *, compact: bool = False) -> str:
    """Return keys and values as YAML text, in their order; `compact` puts a list on one line."""
    flow = None if compact else False
    return yaml.safe_dump(
        data, sort_keys=False, allow_unicode=True, width=100, default_flow_style=flow
    )
