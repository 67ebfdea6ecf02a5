"""What one run of the map page tells the browser to draw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard import legend, maps, queries, routes, service_rows, text
from dashboard.drawable import Services
from dashboard.i18n import raw, t
from dashboard.layers import BIVARIATE, Layer
from dashboard.views import map_services
from dashboard.views.scene import Scene


def message(scene: Scene, layer: Layer, codes: str, services: Services) -> maps.Message:
    """Return the update; `codes` is what the layer draws (`map_look.Look`)."""
    view, region = scene.view, scene.region
    return maps.Message(
        layer=layer.id,
        lens=view.lens,
        values=values_url(layer, region, view.lens),
        words=_words(layer, scene.group) | _labels(services, drawn=bool(map_services.drawn(view))),
        decimals=layer.decimals,
        codes=codes,
        colors=legend.colors(layer),
        selected=scene.districts.places[view.district] if view.district else -1,
        show=map_services.shown(scene, services),
        service=view.service,
        rings=_rings(scene.snapshot, view.service) if view.rings and view.service else (),
        people=maps.snapshot_url(routes.PEOPLE_PATH, region) if view.people else "",
        basemap=maps.basemap() if view.basemap else None,
        bounds=[float(part) for part in view.bounds.split(",")] if view.bounds else None,
    )


def values_url(layer: Layer, region: Mapping[str, Any], lens: str) -> str:
    """Return where the figures of the tooltips are; of two scores together, the gap they make."""
    name = "gap" if layer.id == BIVARIATE else layer.id
    return maps.snapshot_url(routes.LAYER_PATH, region, name) + (f"?lens={lens}" if lens else "")


def _words(layer: Layer, group: str) -> dict[str, Any]:
    is_both = layer.id == BIVARIATE
    return {
        "name": text.score_words("gap").score if is_both else layer.name,
        "unit": text.label(layer.unit) if layer.family in ("indicator", "access") else "",
        # The browser fills in the numbers of the district under the pointer.
        "rank": raw("map.tip.rank"),
        "noData": text.no_data(),
        "insufficient": t("legend.insufficient"),
        "candidate": t("map.candidate"),
        "forWhom": t("map.tip.for", group=group) if group else "",
        "zoomHint": t("map.zoom_hint"),
        "failed": t("map.failed"),
        "tilesFailed": t("map.tiles_failed"),
        "zoomIn": t("map.zoom_in"),
        "zoomOut": t("map.zoom_out"),
        "home": t("map.home"),
    }


def _labels(services: Services, *, drawn: bool) -> dict[str, dict[str, str]]:
    """Return what types, owners and levels are called; nothing while no service is drawn."""
    names = ("typeLabels", "ownerLabels", "levelLabels")
    return services.labels if drawn else {name: {} for name in names}


def _rings(snapshot: queries.Snapshot, service_id: str) -> list[dict[str, Any]]:
    services = service_rows.services(snapshot)
    place = services[services["service_id"] == service_id].iloc[0].to_dict()
    rows = service_rows.rings(snapshot, service_id).dropna(subset=["km"])
    return [
        {
            "lon": float(place["lon"]),
            "lat": float(place["lat"]),
            "km": round(float(row["km"]), 2),
            "label": t("map.ring_label", minutes=text.short_number(row["minutes"])),
        }
        for row in rows.drop_duplicates(["minutes", "km"]).to_dict("records")
    ]
