"""Draw which room imports which, from the imports: `python docs/draw_structure.py` writes the picture anew.

A room is an app, or a folder or root module of `complaints`. The floors and their order are those of
`config/tests/layers.py`. An arrow that another way already implies is left out; one that leads up a floor,
which the layer test forbids, is red. `--check` writes nothing and fails when the picture is not current.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config.tests import layers  # noqa: E402  after the path is known

PICTURE = ROOT / "docs" / "images" / "structure.svg"
SPLIT = "complaints"
GROUND = ("ui",)
"""Apps below all others that `layers.APPS` may not name."""
WIDTH, MARGIN, LABEL, BAND, BOX, GAP = 1180, 16, 112, 88, 34, 12
LETTER, PADDING = 7.4, 22
STYLE = """
  .page { fill: #ffffff } .band { fill: #f3f5f8 } .floor { fill: #5b6675; font-size: 12px }
  .box { fill: #ffffff; stroke: #7a8798 } .room { fill: #1c2430; font-size: 13px }
  .way { stroke: #8794a6; fill: none; opacity: .75 } .tip { fill: #8794a6 }
  .up { stroke: #c92a2a } .side { stroke-dasharray: 4 3 }
  text { font-family: system-ui, "Segoe UI", "Noto Sans", sans-serif }
  @media (prefers-color-scheme: dark) {
    .page { fill: #12161c } .band { fill: #1b212a } .floor { fill: #9aa7b8 }
    .box { fill: #232b36; stroke: #66758a } .room { fill: #e6ebf2 }
    .way { stroke: #7c8ba0 } .tip { fill: #7c8ba0 } .up { stroke: #ff8787 }
  }
"""


@dataclass(frozen=True, order=True)
class Room:
    """A box: its floor, counted from the ground, and its name."""

    floor: int
    name: str


@dataclass
class House:
    """Floors from the ground up, the rooms on them, and who imports whom."""

    floors: list[str]
    rooms: set[Room] = field(default_factory=set)
    arrows: set[tuple[Room, Room]] = field(default_factory=set)


def apps() -> list[str]:
    found = [app for app in GROUND if app not in layers.APPS] + list(layers.APPS)
    return [app for app in found if (ROOT / app).is_dir()]


def modules() -> Iterator[tuple[str, ast.AST, bool]]:
    """Every module that is no test and no migration, with its source."""
    for app in apps():
        for path in sorted((ROOT / app).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "tests" in parts or "migrations" in parts:
                continue
            is_package = parts[-1] == "__init__"
            name = ".".join(parts[:-1] if is_package else parts)
            yield name, ast.parse(path.read_text(encoding="utf-8")), is_package


def floors() -> list[str]:
    names: list[str] = []
    for app in apps():
        names += [name for name, _patterns in layers.LAYERS] if app == SPLIT else [app]
    return names


def room_of(module: str) -> Room | None:
    """The room of a dotted name; None for what is none of ours and for a package that only holds others."""
    app, _dot, inside = module.partition(".")
    known = apps()
    if app not in known:
        return None
    below = known.index(app)
    if app != SPLIT:
        extra = len(layers.LAYERS) - 1 if SPLIT in known[:below] else 0
        return Room(below + extra, app)
    layer = layers.layer(module) if inside else None
    return None if layer is None else Room(below + layer, inside.split(".")[0])


def read() -> House:
    house = House(floors())
    for module, tree, is_package in modules():
        own = room_of(module)
        if own is None or (is_package and module.count(".") < 1):
            continue
        house.rooms.add(own)
        for _line, name in layers.imported(module, tree, is_package=is_package):
            other = room_of(name)
            if other is not None and other != own:
                house.rooms.add(other)
                house.arrows.add((own, other))
    return house


def needed(arrows: Iterable[tuple[Room, Room]]) -> set[tuple[Room, Room]]:
    """Without those downward arrows that a longer way down already implies."""
    down: dict[Room, set[Room]] = defaultdict(set)
    kept = set()
    for start, end in arrows:
        if end.floor < start.floor:
            down[start].add(end)
        else:
            kept.add((start, end))
    reached: dict[Room, set[Room]] = {}

    def reach(room: Room) -> set[Room]:
        if room not in reached:
            reached[room] = set(down[room]).union(*(reach(other) for other in sorted(down[room])))
        return reached[room]

    for start in sorted(down):
        implied = set().union(*(reach(other) for other in sorted(down[start])))
        kept |= {(start, end) for end in down[start] - implied}
    return kept


@dataclass(frozen=True)
class Place:
    """Where a box stands."""

    left: float
    top: float
    width: float

    @property
    def middle(self) -> float:
        return self.left + self.width / 2


@dataclass
class Plan:
    """Where everything stands: each floor's upper edge and height, and each room's box."""

    height: float
    bands: list[tuple[float, float]]
    boxes: dict[Room, Place]


def lines_of(rooms: Sequence[Room]) -> list[list[Room]]:
    """The rooms of a floor in as few lines as they need."""
    lines: list[list[Room]] = [[]]
    used = 0.0
    for room in rooms:
        if lines[-1] and used + width_of(room) + GAP > WIDTH - 2 * MARGIN - LABEL:
            lines.append([])
            used = 0.0
        lines[-1].append(room)
        used += width_of(room) + GAP
    return lines


def width_of(room: Room) -> float:
    return len(room.name) * LETTER + PADDING


def placed(house: House, arrows: set[tuple[Room, Room]]) -> Plan:
    """From the ground up; on every floor in the order of what stands below it."""
    middles: dict[Room, float] = {}
    floors: list[list[list[Room]]] = []

    def weight(room: Room) -> tuple[float, str]:
        below = [middles[end] for start, end in arrows if start == room and end in middles]
        return round(sum(below) / len(below) if below else WIDTH / 2, 3), room.name

    for floor in range(len(house.floors)):
        floors.append(lines_of(sorted((room for room in house.rooms if room.floor == floor), key=weight)))
        middles |= {room: left + width_of(room) / 2 for line in floors[-1] for room, left in spread(line)}
    heights = [BAND + (BOX + GAP) * (len(lines) - 1) for lines in floors]
    plan = Plan(sum(heights) + 2 * MARGIN, [], {})
    bottom = plan.height - MARGIN
    for lines, height in zip(floors, heights, strict=True):
        bottom -= height
        plan.bands.append((bottom, height))
        for number, line in enumerate(lines):
            top = bottom + (BAND - BOX) / 2 + number * (BOX + GAP)
            plan.boxes |= {room: Place(left, top, width_of(room)) for room, left in spread(line)}
    return plan


def spread(line: Sequence[Room]) -> list[tuple[Room, float]]:
    """The left edges of a line of boxes, spread over the floor."""
    free = WIDTH - 2 * MARGIN - LABEL - sum(width_of(room) for room in line)
    gap = min(4 * GAP, free / (len(line) + 1))
    left = MARGIN + LABEL + (free - gap * (len(line) - 1)) / 2
    found = []
    for room in line:
        found.append((room, left))
        left += width_of(room) + gap
    return found


TOP = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>Floors and rooms of Redress</title>
<desc>Each floor imports only from the floors below it.</desc>
<style>{style}</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
<path class="tip" d="M0 0 L8 4 L0 8 z"/></marker></defs>
<rect class="page" width="{width}" height="{height}"/>"""


def draw(house: House) -> str:
    arrows = needed(house.arrows)
    plan = placed(house, arrows)
    lines = [TOP.format(width=WIDTH, height=f"{plan.height:g}", style=STYLE)]
    for name, (top, height) in zip(house.floors, plan.bands, strict=True):
        lines += _band(name, top, height)
    lines += [_way(start, end, plan.boxes) for start, end in sorted(arrows)]
    for room in sorted(house.rooms):
        lines += _box(room.name, plan.boxes[room])
    return "\n".join([*lines, "</svg>", ""])


def _band(name: str, top: float, height: float) -> list[str]:
    width = WIDTH - 2 * MARGIN
    return [
        f'<rect class="band" x="{MARGIN}" y="{top + 3:g}" width="{width}" height="{height - 6:g}" rx="6"/>',
        f'<text class="floor" x="{MARGIN + 10}" y="{top + height / 2 + 4:g}">{escape(name)}</text>',
    ]


def _box(name: str, at: Place) -> list[str]:
    middle = f'x="{at.middle:.1f}" y="{at.top + BOX / 2 + 5:g}" text-anchor="middle"'
    return [
        f'<rect class="box" x="{at.left:.1f}" y="{at.top:g}" width="{at.width:.1f}" height="{BOX}" rx="5"/>',
        f'<text class="room" {middle}>{escape(name)}</text>',
    ]


def _way(start: Room, end: Room, boxes: dict[Room, Place]) -> str:
    one, other = boxes[start], boxes[end]
    a, b = one.middle, other.middle
    if start.floor == end.floor:
        y, z = one.top + BOX, other.top + BOX
        path = f"M{a:.1f} {y:g} C{a:.1f} {y + 26:g} {b:.1f} {z + 26:g} {b:.1f} {z:g}"
        return f'<path class="way side" d="{path}" marker-end="url(#tip)"/>'
    down = end.floor < start.floor
    y, z = (one.top + BOX, other.top) if down else (one.top, other.top + BOX)
    bend = (z - y) / 2
    path = f"M{a:.1f} {y:g} C{a:.1f} {y + bend:g} {b:.1f} {z - bend:g} {b:.1f} {z:g}"
    return f'<path class="way{"" if down else " up"}" d="{path}" marker-end="url(#tip)"/>'


def main(check: bool) -> int:
    picture = draw(read())
    if check:
        return 0 if PICTURE.exists() and PICTURE.read_text(encoding="utf-8") == picture else 1
    PICTURE.write_text(picture, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
