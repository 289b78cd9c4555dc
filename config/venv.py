"""Create `.venv` and install into it: `python3 config/venv.py` to run, `... dev` for tests and lint too.

It runs before anything is installed, so it uses only the standard library and imports nothing of ours. A
stamp inside `.venv` holds a hash of the requirements, so a second start installs nothing.
"""

import fcntl
import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
FILES = {"run": ["requirements.txt"], "dev": ["requirements-dev.txt", "requirements.txt"]}


def digest(kind: str) -> str:
    """Return a hash that changes when a requirements file or the environment's Python changes."""
    found = hashlib.sha256((VENV / "pyvenv.cfg").read_bytes() if (VENV / "pyvenv.cfg").exists() else b"")
    for name in FILES[kind]:
        found.update((ROOT / name).read_bytes())
    return found.hexdigest()


def stamp(kind: str) -> Path:
    return VENV / f"installed-{kind}"


def is_current(kind: str) -> bool:
    return stamp(kind).exists() and stamp(kind).read_text() == digest(kind)


def usable() -> bool:
    """Return False if there is no environment, or its creation was interrupted, or its Python is gone."""
    if not PYTHON.exists():
        return False
    return subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0


def make() -> None:
    print("Making .venv ...", flush=True)
    if VENV.is_symlink():
        VENV.unlink()  # a link whose target is gone, which venv itself cannot replace
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if made.returncode:
        sys.exit("Python could not make a virtual environment (on Debian: apt-get install python3-venv).")


def install(kind: str) -> None:
    print(f"Installing {FILES[kind][0]} ...", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([*pip, "-r", str(ROOT / FILES[kind][0])]).returncode:
        sys.exit(f"Installing {FILES[kind][0]} failed; the lines above say why.")
    stamp(kind).write_text(digest(kind))


def main(kind: str) -> None:
    if sys.version_info < OLDEST:
        sys.exit(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; name one: make PYTHON=python3.12 ...")
    with open(__file__) as lock:  # two `make` runs at once must not install into the same environment
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_current(kind) and PYTHON.exists():
            return
        if not usable():
            make()
        install(kind)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "run")
