"""Web, worker and clock in one terminal, ended together.

honcho relays the output and ends the processes. Three things are added to it: a terminal that has gone
(writing to it must not stop the ending), what a process left behind in its group, and the kernel's word
to the children should the launcher itself be killed.
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

KILL_AFTER = 10  # seconds between the polite signal and the other one
PR_SET_PDEATHSIG = 1
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Terminal(Printer):
    """honcho's printer, which goes on in silence when the terminal has been closed."""

    def write(self, message: Message) -> None:
        try:
            super().write(message)
        except OSError:
            self.output = open(os.devnull, "w")  # noqa: SIM115


def end_with_parent(number: int = signal.SIGTERM) -> None:
    """Have the kernel send this process a signal when its parent dies; other systems do without."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number)


def begin_afresh() -> None:
    """In the child, before it becomes its command: the signals that its relay ignores work again."""
    for number in ENDINGS:
        signal.signal(number, signal.SIG_DFL)
    end_with_parent()


def start(command: str, **options: Any) -> honcho.process.Popen:
    """Start a process which, once it has ended, takes along what it left behind in its group.

    Without that a killed worker's embedded beat would tick on, and keep the pipe that honcho reads open.
    """
    child = honcho.process.Popen(command, preexec_fn=begin_afresh, **options)

    def take_along() -> None:
        child.wait()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)

    threading.Thread(target=take_along, daemon=True).start()
    return child


class Process(honcho.process.Process):
    """honcho's process, ended with its relay, and the relay with the launcher."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._child_ctor = start

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        for number in ENDINGS:
            signal.signal(number, signal.SIG_IGN)  # before the child exists, or a quick Ctrl-C would lose it
        end_with_parent(signal.SIGKILL)
        super().run(events, ignore_signals)


class Manager(honcho.manager.Manager):
    """honcho's manager with these processes, on a terminal that may go."""

    def __init__(self) -> None:
        super().__init__(Terminal(sys.stdout))
        self._process_ctor = Process

    def terminate(self) -> None:
        if not self._all_started():  # honcho would look for ids that it does not have yet
            threading.Timer(0.1, self.terminate).start()
            return
        super().terminate()
        # honcho counts from the first process that ends; when none does, it would wait for ever.
        last = threading.Timer(KILL_AFTER, self.kill)
        last.daemon = True
        last.start()

    def say(self, text: str) -> None:
        self._system_print(text + "\n")

    def run(self) -> int:
        """Start everything, relay, and return when all have ended."""
        honcho.manager.KILL_WAIT = KILL_AFTER
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # under nohup it stays ignored
            signal.signal(signal.SIGHUP, hang_up)
        self.loop()
        return self.returncode or 0


def watch_terminal() -> None:
    """End everything when the terminal goes.

    The kernel sends SIGHUP to the leader of the terminal's session only. An interactive shell passes it
    on; `make`, started as the terminal's one command, waits for us instead.
    """
    if not sys.stdout.isatty():
        return
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)  # asks for nothing: a hang-up is always reported

    def wait() -> None:
        poll.poll()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def hang_up(number: int, frame: FrameType | None) -> None:
    """A closed terminal ends everything, as SIGTERM does."""
    os.kill(os.getpid(), signal.SIGTERM)
