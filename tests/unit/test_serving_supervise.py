"""Several processes in one terminal: nothing is lost of what they say, none is left behind."""

import io
import os
import select
import signal
import subprocess
import sys

import pytest

from hustings.serving import supervise
from hustings.serving.supervise import Service, Supervisor

LONG = 60  # seconds after which a test that waits has failed; none needs them
TELL_AND_WAIT = """
import signal, sys
def end(*_):
    print("ending", flush=True); sys.exit(0)
signal.signal(signal.SIGTERM, end)
print("here", flush=True)
while True: signal.pause()
"""
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); signal.pause()"
WITH_A_CHILD = (
    "import subprocess, sys; print(subprocess.Popen(['sleep', '1000']).pid, flush=True); sys.stdout.close();"
    "import signal; signal.pause()"
)


@pytest.fixture
def supervisor(monkeypatch):
    monkeypatch.setattr(supervise, "FIRST_WAIT", 0.0)
    supervisor = Supervisor(io.StringIO())
    with supervisor.listening():
        yield supervisor
        supervisor.stop()


def service(name, code, **options):
    return Service.of(name, [sys.executable, "-u", "-c", code], dict(os.environ), **options)


def said(supervisor):
    return supervisor.out.getvalue().splitlines()


def wait_for_line(supervisor, line):
    assert supervisor.wait_for(lambda: line in said(supervisor))


def test_lines_carry_the_name_of_who_said_them(supervisor):
    supervisor.run(service("web", "print('one'); print('two', end=''); import signal; signal.pause()"))
    supervisor.run(service("worker", "print('three'); import signal; signal.pause()"))
    wait_for_line(supervisor, "worker   | three")
    wait_for_line(supervisor, "web      | one")
    supervisor.stop()
    assert "web      | two" in said(supervisor)


def test_beginnings_that_nobody_needs_are_left_out(supervisor):
    quiet = service("web", "print('LOG: chatter'); print('ERROR: news'); import signal; signal.pause()")
    quiet.chatter = ("LOG: ",)
    supervisor.run(quiet)
    wait_for_line(supervisor, "web      | ERROR: news")
    assert not any("chatter" in line for line in said(supervisor))


def test_what_dies_is_started_again_and_that_is_said(supervisor):
    service_ = service("web", TELL_AND_WAIT)
    supervisor.run(service_)
    wait_for_line(supervisor, "web      | here")
    first = service_.process.pid
    os.kill(first, signal.SIGKILL)
    wait_for_line(supervisor, "hustings | web ended (killed by SIGKILL); it is started again in 0 s.")
    assert supervisor.wait_for(lambda: said(supervisor).count("web      | here") == 2)
    assert service_.process.pid != first


def test_what_keeps_dying_is_waited_for_longer_each_time(supervisor, monkeypatch):
    monkeypatch.setattr(supervise, "FIRST_WAIT", 0.001)
    supervisor.run(service("web", "raise SystemExit(7)"))
    for wait in ("0.001", "0.002", "0.004"):
        wait_for_line(supervisor, f"hustings | web ended (exit code 7); it is started again in {wait} s.")


def test_all_end_in_order_the_last_started_first(supervisor):
    for name in ("first", "second", "third"):
        supervisor.run(service(name, TELL_AND_WAIT))
        wait_for_line(supervisor, f"{name:<8} | here")
    supervisor.stop()
    endings = [line.split()[0] for line in said(supervisor) if line.endswith("ending")]
    assert endings == ["third", "second", "first"]


def test_what_does_not_listen_is_ended_all_the_same(supervisor):
    deaf = service("web", DEAF, patience=0.0)
    supervisor.run(deaf)
    wait_for_line(supervisor, "web      | here")
    process = deaf.process
    supervisor.stop()
    assert process.returncode == -signal.SIGKILL


def test_asking_twice_does_not_wait(supervisor):
    deaf = service("web", DEAF, patience=1000.0)
    supervisor.run(deaf)
    wait_for_line(supervisor, "web      | here")
    process = deaf.process
    os.kill(os.getpid(), signal.SIGTERM)
    assert not supervisor.wait_for(lambda: False)
    os.kill(os.getpid(), signal.SIGTERM)
    supervisor.stop()
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("killed", ["stopped", "dies"])
def test_what_a_process_left_behind_ends_with_it(supervisor, killed):
    parent = service("web", WITH_A_CHILD)
    supervisor.run(parent)
    assert supervisor.wait_for(lambda: any(line.startswith("web ") for line in said(supervisor)))
    child = os.pidfd_open(int(said(supervisor)[0].split()[-1]))
    if killed == "stopped":
        supervisor.stop()
    else:
        os.kill(parent.process.pid, signal.SIGKILL)
        assert supervisor.wait_for(lambda: parent.deaths)
    assert select.select([child], [], [], LONG)[0]
    os.close(child)


def test_a_command_is_run_to_its_end_and_gives_its_exit_code(supervisor):
    command = [sys.executable, "-c", "print('done'); raise SystemExit(5)"]
    assert supervisor.finish("prepare", command, dict(os.environ)) == 5
    assert said(supervisor) == ["prepare  | done"]


def test_a_terminal_that_is_gone_asks_to_stop():
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as out:
        supervisor = Supervisor(out)
        supervisor.say("nobody reads this")
        assert supervisor.stopping()
        supervisor.say("nor this")


def test_nothing_is_left_when_the_supervisor_is_killed():
    code = (
        "import sys, os\n"
        "from hustings.serving.supervise import Service, Supervisor\n"
        "supervisor = Supervisor(sys.stdout)\n"
        "supervisor.run(Service.of('web', [sys.executable, '-c', sys.argv[1]], dict(os.environ)))\n"
        "supervisor.say(str(supervisor.services[0].process.pid))\n"
        "supervisor.wait_for(lambda: False)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, TELL_AND_WAIT], stdout=subprocess.PIPE, text=True
    ) as supervising:
        child = os.pidfd_open(int(supervising.stdout.readline().split()[-1]))
        assert supervising.stdout.readline() == "web      | here\n"
        supervising.kill()
    assert select.select([child], [], [], LONG)[0]
    os.close(child)
