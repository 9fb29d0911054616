"""Several processes in one terminal: their lines, prefixed; started again when they die; stopped in order."""

__all__ = ["STOP_SIGNALS", "Service", "Supervisor"]

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import click

LAUNCH = Path(__file__).with_name("launch.py")
# Seconds before the first and every further start again, doubling; and after how long all is forgotten.
FIRST_WAIT, LONGEST_WAIT, SETTLED = 0.5, 30.0, 60.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LONGEST_LINE = 64 * 1024
TICK = 0.05  # seconds between looks at what a selector does not tell
COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "bright_black")


@dataclass(kw_only=True)
class Service:
    """One process that is to run."""

    name: str
    start: Callable[[int], "subprocess.Popen[bytes]"]  # given where its output goes
    stop_signal: int = signal.SIGTERM
    patience: float = 20.0  # seconds it may take to end in order
    chatter: tuple[str, ...] = ()  # beginnings of lines that nobody needs
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    began: float = field(default=0.0, init=False)
    deaths: int = field(default=0, init=False)
    due: float | None = field(default=None, init=False)  # when it is started again
    stopping: bool = field(default=False, init=False)
    rest: bytes = field(default=b"", init=False)  # a line that has not ended yet

    @classmethod
    def of(cls, name: str, command: list[str], environment: dict[str, str], *, patience: float = 20.0) -> "Service":
        """A command of ours: it ends when this process does."""

        def start(output: int) -> "subprocess.Popen[bytes]":
            launcher = [sys.executable, "-I", "-S", str(LAUNCH), str(os.getpid()), str(int(signal.SIGTERM)), "-", "--"]
            return subprocess.Popen(
                launcher + command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment
            )

        return cls(name=name, start=start, patience=patience)


class Supervisor:
    """Runs services from the main thread until it is told to stop; keeps every one of them alive meanwhile."""

    def __init__(self, out: IO[str]) -> None:
        self.out = out
        self.stop_asked = 0
        self.services: list[Service] = []
        self.selector = selectors.DefaultSelector()
        self.width = 8
        self.colours: dict[str, str] = {}

    def stopping(self) -> bool:
        """Tell whether somebody asked to stop."""
        return self.stop_asked > 0

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take the signals that ask to stop, while the body runs."""
        reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        before = {number: signal.signal(number, self._asked) for number in STOP_SIGNALS}
        wakeup = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        self.selector.register(reader, selectors.EVENT_READ, None)
        try:
            yield
        finally:
            signal.set_wakeup_fd(wakeup)
            for number, handler in before.items():
                signal.signal(number, handler)
            self.selector.unregister(reader)
            os.close(reader)
            os.close(writer)

    def run(self, service: Service) -> None:
        """Start a service and keep it alive from now on."""
        self.services.append(service)
        self._start(service)

    def finish(self, name: str, command: list[str], environment: dict[str, str]) -> int:
        """Run a command to its end beside the services; give its exit code, or that of being stopped."""
        service = Service.of(name, command, environment, patience=5.0)
        service.stopping = True  # its end is what is waited for
        self._start(service)
        process = service.process
        assert process is not None
        self.wait_for(lambda: _ended(process))
        self._end(service)
        self._drain(service)
        return process.returncode

    def wait_for(self, done: Callable[[], bool]) -> bool:
        """Serve until `done`, or until somebody asks to stop; tell whether it was done."""
        while not self.stop_asked:
            if done():
                return True
            self.turn()
        return False

    def turn(self) -> None:
        """One round: pass lines on, see who died, start who is due."""
        for key, _ in self.selector.select(TICK):
            if key.data is None:
                os.read(key.fd, 1024)
            else:
                self._read(key.data, key.fd)
        for service in self.services:
            self._look_after(service)

    def stop(self) -> None:
        """Stop every service, the last started first, each given its time; asked again, at once."""
        for service in self.services:
            service.stopping = True
        for service in reversed(self.services):
            self._end(service)
            self._drain(service)
        self.services.clear()

    def say(self, text: str, *, name: str = "hustings") -> None:
        """Print lines under a name; a terminal that is gone asks to stop."""
        colour = self.colours.setdefault(name, COLOURS[len(self.colours) % len(COLOURS)])
        prefix = click.style(f"{name:<{self.width}} | ", fg=colour) if self.out.isatty() else f"{name:<{self.width}} | "
        try:
            for line in text.splitlines():
                self.out.write(f"{prefix}{line}\n")
            self.out.flush()
        except OSError:
            self.stop_asked += 1
            # Nobody reads any more; what is still to be said, and what is still held back, must not fail again.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.out.fileno())
            os.close(nowhere)

    def _asked(self, number: int, frame: object) -> None:
        self.stop_asked += 1

    def _start(self, service: Service) -> None:
        reader, writer = os.pipe2(os.O_CLOEXEC)
        try:
            service.process = service.start(writer)
        finally:
            os.close(writer)
        os.set_blocking(reader, False)
        service.began, service.due = time.monotonic(), None
        self.selector.register(reader, selectors.EVENT_READ, service)

    def _read(self, service: Service, handle: int) -> None:
        try:
            data = os.read(handle, 65536)
        except BlockingIOError:
            return
        if not data:
            self.selector.unregister(handle)
            os.close(handle)
            data = b"\n" if service.rest else b""
        *lines, service.rest = (service.rest + data).split(b"\n")
        if len(service.rest) > LONGEST_LINE:
            lines, service.rest = [*lines, service.rest], b""
        if lines:
            said = [line.decode(errors="replace").rstrip() for line in lines]
            self.say("\n".join(line for line in said if not line.startswith(service.chatter)), name=service.name)

    def _drain(self, service: Service) -> None:
        """Pass on what a process said last; a grandchild may hold the pipe open, so this does not wait for its end."""
        for key in [key for key in self.selector.get_map().values() if key.data is service]:
            while key.fd in self.selector.get_map():
                if not any(ready.fd == key.fd for ready, _ in self.selector.select(0)):
                    self.selector.unregister(key.fd)
                    os.close(key.fd)
                    break
                self._read(service, key.fd)

    def _look_after(self, service: Service) -> None:
        if service.stopping or service.process is None:
            return
        now = time.monotonic()
        if service.due is not None:
            if now >= service.due:
                self._start(service)
        elif _ended(service.process):
            code = _reap(service.process)
            self._drain(service)
            if now - service.began > SETTLED:
                service.deaths = 0
            wait = min(LONGEST_WAIT, FIRST_WAIT * 2**service.deaths)
            service.deaths += 1
            service.due = now + wait
            how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
            self.say(f"{service.name} ended ({how}); it is started again in {wait:g} s.")

    def _end(self, service: Service) -> None:
        """Ask a process to end, wait, insist; whatever it started goes with it."""
        process = service.process
        if process is None:
            return
        if process.returncode is None:
            process.send_signal(service.stop_signal)
            until = time.monotonic() + service.patience
            while not _ended(process) and time.monotonic() < until and self.stop_asked < 2:
                self.turn()
            _reap(process)


def _ended(process: "subprocess.Popen[bytes]") -> bool:
    """Tell whether it has ended, and leave it there: its number stays its own until it is reaped."""
    if process.returncode is not None:
        return True
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _reap(process: "subprocess.Popen[bytes]") -> int:
    """End the group that a process was started in, itself and whatever it left behind; give its exit code."""
    with suppress(ProcessLookupError):  # it died before it had one
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    return process.wait()
