"""Read pytest's JUnit files and summarise them in one line."""

import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree


@dataclass(frozen=True)
class Run:
    """The outcome by test name, and how long the run took."""

    outcomes: dict[str, str]
    seconds: float


def outcome(case: ElementTree.Element) -> str:
    if case.find("failure") is not None:
        return "failed"
    if case.find("error") is not None:
        return "error"
    skipped = case.find("skipped")
    if skipped is None:
        return "passed"
    return "xfailed" if skipped.get("type") == "pytest.xfail" else "skipped"


def read(folder: Path) -> Run:
    """Read all JUnit files of a folder as one run."""
    outcomes: dict[str, str] = {}
    seconds = 0.0
    for path in sorted(folder.glob("*.xml")):
        for suite in ElementTree.parse(path).getroot().iter("testsuite"):
            seconds += float(suite.get("time") or 0)
            for case in suite.iter("testcase"):
                name = f"{case.get('classname')}::{case.get('name')}"
                if outcomes.get(name) not in {"failed", "error"}:  # an error at teardown comes after a pass
                    outcomes[name] = outcome(case)
    return Run(outcomes, seconds)


def summary(run: Run) -> str:
    """Return the summary in the form of pytest's own last line."""
    counts = Counter(run.outcomes.values())
    order = ("failed", "passed", "skipped", "xfailed", "error")
    words = [
        f"{counts[name]} {'errors' if name == 'error' and counts[name] > 1 else name}"
        for name in order
        if counts[name]
    ]
    return f"{', '.join(words) or 'no tests ran'} in {run.seconds:.2f}s"


def main(folders: list[str]) -> None:
    """Print one line for several runs. The same test counts once per run."""
    total = Run({}, 0.0)
    for folder in folders:
        run = read(Path(folder))
        total.outcomes.update({f"{folder} {name}": value for name, value in run.outcomes.items()})
        total = Run(total.outcomes, total.seconds + run.seconds)
    print(f"===== {summary(total)} =====")


if __name__ == "__main__":
    main(sys.argv[1:])
