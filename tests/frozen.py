"""Run manage.py or gunicorn while the clock stands still, so that two runs give the same pages.

    python -m tests.frozen 2026-11-27T10:30+08:00 manage prepare
    python -m tests.frozen 2026-11-27T10:30+08:00 gunicorn config.wsgi --bind 127.0.0.1:8001

Secrets come from a fixed seed here: a token or a salt that a page shows is the same in each run.
Never run it for anybody but the camera of tests/screenshots.py.
"""

import random
import runpy
import sys
from datetime import datetime

import time_machine
from django.core.management import execute_from_command_line


def main(moment: str, program: str, *arguments: str) -> None:
    # random.SystemRandom, and with it `secrets` and Django, reads its bytes from this name.
    random._urandom = random.Random(1).randbytes  # type: ignore[attr-defined]
    sys.argv = [program, *arguments]
    with time_machine.travel(datetime.fromisoformat(moment), tick=False):
        if program == "manage":
            execute_from_command_line(sys.argv)
        else:
            runpy.run_module(program, run_name="__main__")


if __name__ == "__main__":
    main(*sys.argv[1:])
