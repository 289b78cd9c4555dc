"""Run the suite: first the unit tests, then the browser tests in a separate process. `make test` calls this.

The event loop of the browser tests would disturb database tests that run after them in the same process. The
database is SQLite unless DATABASE_URL names another. The last line sums up both parts in pytest's form.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from junit import read, summary

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def find_browser() -> str:
    return next((path for name in BROWSERS if (path := shutil.which(name))), "")


def browser() -> str:
    """Return the browser's path, or "" if there is none. Installs Debian's browser where that is possible."""
    if (found := find_browser()) or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return found
    print("Installing chromium ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
        subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return find_browser()


def pytest(report: Path, *arguments: str, **environment: str) -> int:
    command = [sys.executable, "-m", "pytest", f"--junitxml={report}", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, stdin=subprocess.DEVNULL
    ).returncode


def browser_tests(reports: Path, required: bool) -> int:
    if not any((ROOT / "tests" / "browser").glob("test_*.py")):
        print("Browser tests: NOT RUN, there are none.")
        return 1 if required else 0
    if not (path := browser()):
        print("Browser tests: NOT RUN, neither chromium nor google-chrome is installed.")
        return 1 if required else 0
    return pytest(
        reports / "browser.xml",
        *("tests/browser", "-n", "2", "--dist", "loadfile"),
        CHROMIUM=path,
        DJANGO_ALLOW_ASYNC_UNSAFE="1",
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=Path, default=ROOT / "var" / "reports" / "sqlite")
    parser.add_argument("--require-browser", action="store_true", default=os.environ.get("CI") == "true")
    options = parser.parse_args()
    shutil.rmtree(options.reports, ignore_errors=True)
    options.reports.mkdir(parents=True)
    subprocess.run([sys.executable, "manage.py", "compile_catalogues"], cwd=ROOT, check=True)
    codes = [
        pytest(options.reports / "unit.xml", "-n", "2", "--dist", "worksteal"),
        browser_tests(options.reports, options.require_browser),
    ]
    print(f"\nAll tests: {'FAILED' if any(codes) else 'passed'}")
    print(f"===== {summary(read(options.reports))} =====")
    return 1 if any(codes) else 0


if __name__ == "__main__":
    sys.exit(main())
