"""What templates and style sheets must keep to: `make lint` and pre-commit call this.

Lines and files stay short enough to be read. Addresses come from {% url %}, so that a moved page is found.
A template never compares the name of a stage: the view says what may be done and shown.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_LINE = 120
MOST_LINES = {".html": 150, ".txt": 150, ".css": 300, ".js": 300}
STAGES = "intake|diagnose|resolve|callback|review|closed"
FORBIDDEN = {
    "an address that is typed, use {% url %}": re.compile(r'\b(?:href|action|hx[-_]\w+)="/(?!/)'),
    "a stage compared by its name, ask the view": re.compile(rf'\.stage\s*[!=]=\s*"(?:{STAGES})"'),
}


def files() -> Iterator[Path]:
    for folder in ("templates", "static/css", "static/js"):
        yield from (path for path in sorted((ROOT / folder).rglob("*")) if is_ours(path))


def is_ours(path: Path) -> bool:
    return path.suffix in MOST_LINES and not path.name.endswith(".min.js")


def faults(path: Path) -> Iterator[str]:
    name = path.relative_to(ROOT).as_posix()
    lines = path.read_text(encoding="utf-8").splitlines()
    if len(lines) > MOST_LINES[path.suffix]:
        yield f"{name}: {len(lines)} lines, at most {MOST_LINES[path.suffix]}"
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            yield f"{name}:{number}: {len(line)} characters, at most {LONGEST_LINE}"
        for fault, pattern in FORBIDDEN.items():
            if pattern.search(line):
                yield f"{name}:{number}: {fault}"


def main() -> int:
    found = [fault for path in files() for fault in faults(path)]
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
