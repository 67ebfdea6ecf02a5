"""The map page as Streamlit runs it, on normal and on poor snapshots."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).resolve().parents[2] / "dashboard" / "app.py")


def run(**params: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=30)
    for key, value in {"page": "map", "lang": "en", **params}.items():
        app.query_params[key] = value
    return app.run()


def html(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def test_x(synth: Path) -> None:
    for layer in (
        "gap",
        "need",
        "access",
        "bivariate",
        "indicator.poverty",
        "measure.e2sfca.all",
        "measure.e2sfca.specialist",
    ):
        for d in ("", "SY003", "SY012"):
            app = run(layer=layer, district=d, service="s0004" if d else "", sure="1", mask="1")
            assert not app.exception, app.exception
            print([e.value for e in app.error], [e.value for e in app.info])
    print(html(run())[-9000:])
    assert 0
