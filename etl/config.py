"""Read ``config/*.yaml``.

Every fault in every file is collected and told at once: file, key, what is wrong, what is allowed.
"""

import hashlib
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from etl import schema
from etl.errors import ConfigError, SourceMissingError
from etl.yaml_files import Fault, parse, read_yaml

SQL_DIR = Path(__file__).parent / "sql"
M = TypeVar("M", bound=BaseModel)


def home() -> Path:
    """Return the folder that holds ``config/`` and ``data/``: ``MINDGAP_HOME`` or the checkout."""
    return Path(os.environ.get("MINDGAP_HOME") or Path(__file__).parent.parent).resolve()


@dataclass
class Config:
    """All of ``config/`` read and checked. `sources` and `corrections` are keyed by source id."""

    sources: dict[str, schema.Source] = field(default_factory=dict)
    regions: dict[str, schema.Region] = field(default_factory=dict)
    texts: dict[str, schema.ExportTexts] = field(default_factory=dict)
    corrections: dict[str, schema.Corrections] = field(default_factory=dict)
    breaks: dict[str, schema.Breaks] = field(default_factory=dict)
    indicators: dict[str, schema.Indicator] = field(default_factory=dict)
    model: schema.Model = None  # type: ignore[assignment]
    services: schema.Services = None  # type: ignore[assignment]
    workforce: schema.Workforce = None  # type: ignore[assignment]
    travel: schema.TravelRules = None  # type: ignore[assignment]
    profile: schema.Profile = None  # type: ignore[assignment]
    map: schema.MapRules = None  # type: ignore[assignment]
    publish: schema.Publishing = None  # type: ignore[assignment]
    withholding: schema.Withholding = None  # type: ignore[assignment]
    web: schema.WebRules = None  # type: ignore[assignment]

    def region(self, region_id: str) -> schema.Region:
        """Return a region by id.

        Raises
        ------
        SourceMissingError
            If no region has this id; the message lists those that exist.
        """
        if region_id not in self.regions:
            known = ", ".join(sorted(self.regions))
            raise SourceMissingError(f"No region {region_id!r} in config/regions. Known: {known}.")
        return self.regions[region_id]

    def method_hash(self, region: schema.Region) -> str:
        """Return a sha256 of everything in the configuration that can change a figure."""
        parts = [self.model, self.services, self.workforce, self.travel, self.profile, self.map]
        if region.region_id in self.breaks:
            parts.append(self.breaks[region.region_id])
        parts.append(self.withholding)
        # An anchor is held against the figures; it does not change them.
        dump: list[Any] = [region.model_dump(mode="json", exclude={"anchors"})]
        dump += [p.model_dump(mode="json") for p in parts]
        dump.append({k: v.model_dump(mode="json") for k, v in sorted(self.indicators.items())})
        return hashlib.sha256(json.dumps(dump, sort_keys=True).encode()).hexdigest()


def _merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Return `base` with `over` laid on it; nested keys are merged, lists replaced.

    A section that names another ``model`` than the template's replaces it whole: the keys of one
    travel model mean nothing to another.
    """
    if over.get("model", base.get("model")) != base.get("model"):
        return over
    merged = dict(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merge(merged[key], value) if both else value
    return merged


def _expand_region(
    data: dict[str, Any], root: Path, name: str, faults: list[Fault]
) -> dict[str, Any] | None:
    """Lay a region on the template it ``extends`` and fill the template's parameter tables.

    A template may hold ``lookup_params: {state_fips: {by: state, table: {GA: "13"}}}``; any other
    top-level key named in ``by`` (such as ``state: MS``) becomes a parameter.
    """
    template_id = data.pop("extends", None)
    if template_id is None:
        return data
    if not re.fullmatch(r"[a-z][a-z0-9-]*", str(template_id)):
        faults.append(Fault(name, "extends", f"{template_id!r} is not a template id"))
        return None
    template_name = f"config/regions/templates/{template_id}.yaml"
    template = read_yaml(root.parent / template_name, template_name, faults)
    if template is None:
        return None
    params = data.get("params") or {}
    if not isinstance(params, dict):
        faults.append(Fault(name, "params", f"{params!r} is not keys and values"))
        return None
    params = dict(params)
    for target, rule in (template.pop("lookup_params", None) or {}).items():
        if not isinstance(rule, dict) or not isinstance(rule.get("table"), dict):
            faults.append(Fault(template_name, f"lookup_params.{target}", "needs `by` and `table`"))
            return None
        if not isinstance(rule.get("by"), str):
            faults.append(Fault(template_name, f"lookup_params.{target}.by", "needs a parameter"))
            return None
        given = data.pop(rule["by"], params.get(rule["by"]))
        if not isinstance(given, str) or given not in rule["table"]:
            known = ", ".join(sorted(rule["table"]))
            faults.append(
                Fault(name, rule["by"], f"{given!r} is not known to {template_name}", known)
            )
            return None
        params |= {rule["by"]: given, target: rule["table"][given]}
    return _merge(template, data | {"params": params})


def load(root: Path | None = None) -> Config:
    """Read and check every file under ``config/``.

    Parameters
    ----------
    root
        The ``config`` folder; default ``home() / "config"``.

    Raises
    ------
    ConfigError
        With one line for each fault found in any file.
    """
    root = root or home() / "config"
    faults: list[Fault] = []
    config = Config()
    single: dict[str, type[BaseModel]] = {
        "model": schema.Model,
        "services": schema.Services,
        "workforce": schema.Workforce,
        "travel": schema.TravelRules,
        "profile": schema.Profile,
        "map": schema.MapRules,
        "publish": schema.Publishing,
        "withholding": schema.Withholding,
        "web": schema.WebRules,
    }
    for stem, model in single.items():
        name = f"config/{stem}.yaml"
        if (data := read_yaml(root / f"{stem}.yaml", name, faults)) is not None:
            setattr(config, stem, parse(model, data, name, faults))
    name = "config/indicators.yaml"
    for key, entry in (read_yaml(root / "indicators.yaml", name, faults) or {}).items():
        if (parsed := parse(schema.Indicator, entry, f"{name} [{key}]", faults)) is not None:
            config.indicators[str(key)] = parsed
    _load_folder(root, "sources", "source_id", schema.Source, config.sources, faults)
    _load_folder(root, "corrections", "source_id", schema.Corrections, config.corrections, faults)
    _load_folder(root, "breaks", "region_id", schema.Breaks, config.breaks, faults)
    _load_folder(root, "regions", "region_id", schema.Region, config.regions, faults)
    _load_folder(root, "export_text", "language", schema.ExportTexts, config.texts, faults)
    if not faults:
        from etl.config_checks import cross_faults

        faults.extend(Fault(*row) for row in cross_faults(config, SQL_DIR))
    _refuse(faults)
    return config


def load_texts(language: str, root: Path | None = None) -> schema.ExportTexts:
    """Read the words of exports in one language, and nothing else of ``config/``.

    Raises
    ------
    ConfigError
        If the language has no file, or a file of the folder is faulty; lists the languages.
    """
    faults: list[Fault] = []
    known: dict[str, schema.ExportTexts] = {}
    root = root or home() / "config"
    _load_folder(root, "export_text", "language", schema.ExportTexts, known, faults)
    _refuse(faults)
    if language not in known:
        told = ", ".join(sorted(known)) or "none; copy config/export_text/en.yaml of the checkout"
        _refuse([Fault("config/export_text", language, "no file for this language", told)])
    return known[language]


def _refuse(faults: list[Fault]) -> None:
    if faults:
        lines = "\n".join(f"  {fault}" for fault in faults)
        raise ConfigError(f"{len(faults)} fault(s) in the configuration:\n{lines}")


def load_one(model: type[M], stem: str, root: Path | None = None) -> M:
    """Read and check ``config/<stem>.yaml`` alone: a file that no figure depends on.

    Raises
    ------
    ConfigError
        With one line for each fault.
    """
    return _checked(model, [stem], root)


def load_export(root: Path | None = None) -> schema.ExportRules:
    """Read and check ``config/export.yaml``, with ``config/withholding.yaml`` as `withholding`.

    Raises
    ------
    ConfigError
        With one line for each fault.
    """
    return _checked(schema.ExportRules, ["export", "withholding"], root)


def _checked(model: type[M], stems: list[str], root: Path | None) -> M:
    """Return the model of the first file, the others in it under their names."""
    faults: list[Fault] = []
    root = root or home() / "config"
    read = {stem: read_yaml(root / f"{stem}.yaml", f"config/{stem}.yaml", faults) for stem in stems}
    found = None
    if not faults:
        first, *others = stems
        data = dict(read[first] or {}) | {stem: read[stem] for stem in others}
        found = parse(model, data, f"config/{first}.yaml", faults)
    if found is None:
        lines = "\n".join(f"  {fault}" for fault in faults)
        raise ConfigError(f"{len(faults)} fault(s) in the configuration:\n{lines}")
    return found


def _load_folder(
    root: Path, folder: str, id_key: str, model: type[M], into: dict[str, M], faults: list[Fault]
) -> None:
    for path in sorted((root / folder).glob("*.yaml")):
        name = f"config/{folder}/{path.name}"
        data = read_yaml(path, name, faults)
        if data is not None and model is schema.Region:
            data = _expand_region(data, root, name, faults)
        if data is None or (parsed := parse(model, data, name, faults)) is None:
            continue
        identifier = getattr(parsed, id_key)
        if identifier != path.stem:
            faults.append(
                Fault(name, id_key, f"{identifier!r} differs from the file name", path.stem)
            )
        into[identifier] = parsed


def load_onboarding(root: Path) -> schema.Onboarding:
    """Read ``onboarding.yaml`` in the ``config`` folder `root`; ConfigError lists every fault."""
    name, faults = "config/onboarding.yaml", list[Fault]()
    data = read_yaml(root / "onboarding.yaml", name, faults)
    parsed = None if data is None else parse(schema.Onboarding, data, name, faults)
    if parsed is None:
        raise ConfigError("\n".join(str(fault) for fault in faults))
    return parsed
