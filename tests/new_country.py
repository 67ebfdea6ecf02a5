"""The spreadsheets of Nordmark, a country that does not exist: made by hand, as people make them.

Twelve districts on a grid of half degrees. The map has codes of its own; the tables name districts,
two of them misspelled; figures have decimal commas and thousands points in a Windows-1252 file with
a title, a total and a footer; the workbook of services has merged headers. ``python -m
tests.new_country DIR`` writes the files.
"""

import io
import json
import sys
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

NAMES = [
    "Östervik", "Sankt Olof", "Granby", "Höga Nord", "Kållered", "Lillmark",
    "Malmhed", "Norrtuna", "Fårösund", "Ravensjö", "Söderhed", "Vänäs",
]  # fmt: skip
POPULATION = [48200, 21750, 9340, 4120, 63500, 12800, 30110, 7450, 5230, 18900, 26640, 3980]
POVERTY = [9.5, 14.2, 22.8, 31.4, 8.1, 19.9, 12.3, 27.6, 24.5, 16.0, 11.7, 33.25]
JOBLESS = [5.1, 6.4, 9.9, 12.5, 4.2, 7.7, 6.0, 11.0, 10.2, 6.9, 5.8, 13.1]
OLD = [17.2, 19.8, 24.1, 28.9, 15.5, 21.0, 18.3, 26.7, 27.2, 20.4, 17.9, 30.2]
RURAL = [20.0, 55.0, 80.5, 100.0, 10.0, 72.0, 45.0, 95.5, 88.0, 60.0, 38.0, 100.0]
MISSPELLED = {"Kållered": "Kallerd", "Ravensjö": "Ravensjoe"}
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def corner(number: int) -> tuple[float, float]:
    """Longitude and latitude of the south-west corner of a district."""
    return 20 + 0.5 * (number % 4), 61 + 0.5 * (number // 4)


def map_text() -> str:
    features = []
    for i, name in enumerate(NAMES):
        x, y = corner(i)
        ring = [[x, y], [x + 0.5, y], [x + 0.5, y + 0.5], [x, y + 0.5], [x, y]]
        features.append(
            {
                "type": "Feature",
                "properties": {"shapeGroup": "NMK", "shapeID": f"NM{i + 1:02d}", "shapeName": name},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def comma(value: float) -> str:
    return f"{value:,.2f}".replace(",", "~").replace(".", ",").replace("~", ".")


def figures_bytes() -> bytes:
    """A title, a header, decimal commas, a missing figure, a total and a footer, Windows-1252."""
    lines = [
        "Nordmark statistics bureau: districts 2021;;;;;;", ";;;;;;",
        "District;Population;Poverty rate (%);Unemployment rate;People aged 65 and over;"
        "Rural population share;Bicycles per head",
    ]  # fmt: skip
    for i, name in enumerate(NAMES):
        jobless = ".." if name == "Fårösund" else comma(JOBLESS[i])
        people = f"{POPULATION[i]:,}".replace(",", ".")
        cells = [MISSPELLED.get(name, name), people, comma(POVERTY[i]), jobless, comma(OLD[i]),
                 comma(RURAL[i]), comma(0.5 + i / 10)]  # fmt: skip
        lines.append(";".join(cells))
    lines += ["Total;252.020;;;;;", ";;;;;;", "Source: made by hand for a test;;;;;;"]
    return "\r\n".join(lines).encode("cp1252")


def book(rows: list[list[object]]) -> bytes:
    """The smallest .xlsx that holds `rows`; None is an empty cell."""

    def cell(value: object) -> str:
        if value is None:
            return "<c/>"
        if isinstance(value, (int, float)):
            return f"<c><v>{value}</v></c>"
        return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'

    body = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    link = f'<Relationship Id="r1" Type="{OFFICE}/%s" Target="%s"/>'
    links = f'<Relationships xmlns="{PACKAGE}/relationships">{link}</Relationships>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": links % ("officeDocument", "xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": links % ("worksheet", "worksheets/sheet1.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData>'
        "</worksheet>",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in parts.items():
            bundle.writestr(name, text)
    return buffer.getvalue()


def services_book() -> bytes:
    """Two header rows with merged cells above longitude and latitude."""
    rows: list[list[object]] = [
        ["Register of services, Nordmark", None, None, None, None],
        ["Facility", "Type", "Owner", "Place", None],
        [None, None, None, "Longitude", "Latitude"],
    ]
    kinds = ["Outpatient mental-health clinic", "Psychiatric hospital", "Peer-support group",
             "Health post"]  # fmt: skip
    for number, at in enumerate([0, 0, 1, 4, 4, 6, 9, 10, 2]):
        x, y = corner(at)
        owner = "Government" if number % 3 else "NGO"
        rows.append(
            [f"Vård {number + 1}", kinds[number % 4], owner, x + 0.2, y + 0.1 + number / 50]
        )
    rows.append(["Vård abroad", kinds[0], "Government", 35.0, 61.2])
    return book([*rows, [None] * 5, ["Note: made by hand", None, None, None, None]])


def staff_book() -> bytes:
    rows: list[list[object]] = [["District", "Psychologist", "Mental-health nurse", "Herbalist"]]
    for i, name in enumerate(NAMES[:-1]):
        rows.append([name, POPULATION[i] // 9000, POPULATION[i] // 4000, 3])
    return book(rows)


def settlements_text() -> str:
    lines = ["settlement,lon,lat,inhabitants"]
    for i in range(len(NAMES) - 2):  # the last two districts have none
        x, y = corner(i)
        lines.append(f"Big {i},{x + 0.15:.3f},{y + 0.12:.3f},{POPULATION[i] * 2 // 3}")
        lines.append(f"Small {i},{x + 0.4:.3f},{y + 0.35:.3f},{POPULATION[i] // 3}")
    return "\n".join(lines) + "\n"


def write(folder: Path) -> Path:
    """Write the files of Nordmark into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "map.geojson").write_text(map_text(), encoding="utf-8")
    (folder / "figures.csv").write_bytes(figures_bytes())
    (folder / "services.xlsx").write_bytes(services_book())
    (folder / "staff.xlsx").write_bytes(staff_book())
    (folder / "settlements.csv").write_text(settlements_text(), encoding="utf-8")
    return folder


if __name__ == "__main__":
    print(write(Path(sys.argv[1])))
