"""Web, worker and clock in one terminal, ended together.

The library honcho relays their output and ends the processes. This module adds three things: a closed
terminal does not keep the processes from ending; what a process left behind in its group is ended as well;
and the kernel signals the children if the launcher itself is killed.
"""

import contextlib
import ctypes
import os
import select
import signal
import sys
import threading
from types import FrameType
from typing import Any

import honcho.manager
import honcho.process
from honcho.printer import Message, Printer

KILL_AFTER = 10  # seconds between SIGTERM and SIGKILL
PR_SET_PDEATHSIG = 1
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Terminal(Printer):
    """honcho's printer. It continues silently when the terminal has been closed."""

    def write(self, message: Message) -> None:
        try:
            super().write(message)
        except OSError:
            self.output = open(os.devnull, "w")  # noqa: SIM115


def end_with_parent(number: int = signal.SIGTERM) -> None:
    """Ask the kernel to send this process a signal when its parent dies. Does nothing except on Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number)


def begin_afresh() -> None:
    """Restore the signals that the relay ignores. This runs in the child before it executes its command."""
    for number in ENDINGS:
        signal.signal(number, signal.SIG_DFL)
    end_with_parent()


def start(command: str, **options: Any) -> honcho.process.Popen:
    """Start a process. When it has ended, everything that it left behind in its group is killed.

    Without that a killed worker's embedded beat would continue and keep open the pipe that honcho reads.
    """
    child = honcho.process.Popen(command, preexec_fn=begin_afresh, **options)

    def take_along() -> None:
        child.wait()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)

    threading.Thread(target=take_along, daemon=True).start()
    return child


class Process(honcho.process.Process):
    """honcho's process, which ends with its relay; the relay ends with the launcher."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._child_ctor = start

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        for number in ENDINGS:
            # ignored before the child exists: an early Ctrl-C would end this relay and lose the child
            signal.signal(number, signal.SIG_IGN)
        end_with_parent(signal.SIGKILL)
        super().run(events, ignore_signals)


class Manager(honcho.manager.Manager):
    """honcho's manager with these processes, on a terminal that may be closed."""

    def __init__(self) -> None:
        super().__init__(Terminal(sys.stdout))
        self._process_ctor = Process

    def terminate(self) -> None:
        if not self._all_started():  # honcho would look for process ids that it does not have yet
            threading.Timer(0.1, self.terminate).start()
            return
        super().terminate()
        # honcho starts its own timeout when the first process ends. If none does, it would wait for ever.
        last = threading.Timer(KILL_AFTER, self.kill)
        last.daemon = True
        last.start()

    def say(self, text: str) -> None:
        self._system_print(text + "\n")

    def run(self) -> int:
        """Start everything, relay the output, and return when all processes have ended."""
        honcho.manager.KILL_WAIT = KILL_AFTER
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # under nohup the signal stays ignored
            signal.signal(signal.SIGHUP, hang_up)
        self.loop()
        return self.returncode or 0


def watch_terminal() -> None:
    """End everything when the terminal is closed.

    The kernel sends SIGHUP only to the leader of the terminal's session. An interactive shell passes it on;
    `make`, started as the terminal's only command, waits for this process instead.
    """
    if not sys.stdout.isatty():
        return
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)  # no events are requested, because a hang-up is always reported

    def wait() -> None:
        poll.poll()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def hang_up(number: int, frame: FrameType | None) -> None:
    """End everything when the terminal is closed, as SIGTERM does."""
    os.kill(os.getpid(), signal.SIGTERM)
