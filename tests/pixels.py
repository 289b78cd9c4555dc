"""Compare two folders of pictures pixel by pixel: `python -m tests.pixels BEFORE AFTER`.

Prints each picture that differs or that only one folder has, the share of its pixels that differ and the
box around them (left, top, right, bottom). A folder beside AFTER, named AFTER-differences, receives one
picture for each: before, after, and what differs, from left to right. Ends with 1 when anything differs.
"""

import argparse
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops

GAP = 20  # pixels between the three pictures


@dataclass(frozen=True)
class Difference:
    """What differs between two pictures of one name."""

    share: float
    box: tuple[int, int, int, int]
    mask: Image.Image


def same_size(before: Image.Image, after: Image.Image) -> tuple[Image.Image, Image.Image]:
    """Both on a ground that holds both: a page that has grown differs where it has grown."""
    size = (max(before.width, after.width), max(before.height, after.height))
    pictures = []
    for picture, ground in ((before, (255, 0, 255)), (after, (0, 255, 0))):
        larger = Image.new("RGB", size, ground)
        larger.paste(picture, (0, 0))
        pictures.append(larger)
    return pictures[0], pictures[1]


def difference(before: Image.Image, after: Image.Image) -> Difference | None:
    channels = ImageChops.difference(before, after).split()
    most = ImageChops.lighter(ImageChops.lighter(channels[0], channels[1]), channels[2])
    mask = most.point(lambda value: 255 if value else 0)
    box = mask.getbbox()
    if box is None:
        return None
    return Difference(mask.histogram()[255] / (mask.width * mask.height), box, mask)


def draw(before: Image.Image, after: Image.Image, found: Difference) -> Image.Image:
    """Before, after, and the differing pixels in red on a pale copy."""
    pale = Image.blend(before, Image.new("RGB", before.size, (255, 255, 255)), 0.8)
    pale.paste((220, 0, 0), (0, 0, *pale.size), found.mask)
    sheet = Image.new("RGB", (3 * before.width + 2 * GAP, before.height), (128, 128, 128))
    for place, picture in enumerate((before, after, pale)):
        sheet.paste(picture, (place * (before.width + GAP), 0))
    return sheet


def compare(before: Path, after: Path, sheets: Path) -> list[str]:
    """One line for each picture that is not the same in both folders."""
    lines = []
    names = {path.name for folder in (before, after) for path in folder.glob("*.png")}
    for name in sorted(names):
        missing = [folder for folder in (before, after) if not (folder / name).exists()]
        if missing:
            lines.append(f"{name}: not in {missing[0]}")
            continue
        if (before / name).read_bytes() == (after / name).read_bytes():
            continue
        with Image.open(before / name) as first, Image.open(after / name) as second:
            grown = "" if first.size == second.size else f", size {first.size} became {second.size}"
            pair = same_size(first.convert("RGB"), second.convert("RGB"))
        if found := difference(*pair):
            sheets.mkdir(parents=True, exist_ok=True)
            draw(*pair, found).save(sheets / name)
            lines.append(f"{name}: {found.share:.3%} in {found.box}{grown}")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    options = parser.parse_args()
    sheets = options.after.with_name(f"{options.after.name}-differences")
    shutil.rmtree(sheets, ignore_errors=True)
    counts = [len(list(folder.glob("*.png"))) for folder in (options.before, options.after)]
    if not all(counts):
        print(f"Nothing to compare: {counts[0]} pictures before, {counts[1]} after.")
        return 1
    lines = compare(options.before, options.after, sheets)
    for line in lines:
        print(line)
    print(f"{counts[0]} pictures before, {counts[1]} after: {len(lines)} differ.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
