"""Compare two runs of the tests: `compare_runs.py SQLITE_FOLDER POSTGRESQL_FOLDER LIST`.

A test that passed on SQLite but did not run on PostgreSQL hides a difference between the two. A test that is
skipped on both tests nothing. Both are failures unless the list names the test, and so is a name in the list
that is no longer needed. Each line of the list is the name of a test, or the beginning of one followed by
`*`; the text after ` # ` is the reason.
"""

import sys
from pathlib import Path

from junit import read

NOT_RUN = {"skipped", "missing"}


def read_list(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [line.split(" # ")[0].strip() for line in lines if line.strip() and not line.startswith("#")]


def matches(name: str, pattern: str) -> bool:
    # Only a trailing star is a pattern, because the brackets of a parametrised test belong to its name.
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def problems(sqlite: dict[str, str], postgresql: dict[str, str], allowed: list[str]) -> list[str]:
    found, used = [], set()
    for name in sorted(set(sqlite) | set(postgresql)):
        first, second = sqlite.get(name, "missing"), postgresql.get(name, "missing")
        if second not in NOT_RUN:
            continue
        permitted = [pattern for pattern in allowed if matches(name, pattern)]
        used.update(permitted)
        if not permitted:
            where = "on PostgreSQL" if first not in NOT_RUN else "everywhere"
            found.append(f"{second} {where}: {name}")
    found += [f"listed but not needed: {pattern}" for pattern in allowed if pattern not in used]
    if not postgresql:
        found.append("nothing ran on PostgreSQL")
    return found


def main(sqlite: str, postgresql: str, listed: str) -> int:
    found = problems(read(Path(sqlite)).outcomes, read(Path(postgresql)).outcomes, read_list(Path(listed)))
    for line in found:
        print(line)
    print(f"Compared the runs on both databases: {len(found)} differences are not listed.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
