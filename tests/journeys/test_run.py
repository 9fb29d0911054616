"""`./run` brings a bare machine to a working checkout, and says so when it cannot."""

import ast
import importlib.machinery
import importlib.util
import json
import re
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

SCRIPT = Path(__file__).parents[2] / "run"


@pytest.fixture
def run(tmp_path):
    """The script as a module that believes it lies in an empty checkout."""
    loader = importlib.machinery.SourceFileLoader("run_script", str(SCRIPT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("run_script", loader))
    loader.exec_module(module)
    for lock in module.LOCKS.values():
        (tmp_path / lock).write_text(
            "click==8 \\\n    --hash=sha256:a\nuv==1 \\\n    --hash=sha256:b\n    # via hustings\n"
        )
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    module.ROOT, module.VENV = tmp_path, tmp_path / ".venv"
    module.STAMP = module.VENV / "hustings-setup.json"
    return module


@pytest.fixture
def machine(run, monkeypatch):
    """Everything that is started, by what it is; a command that holds a word of `fails` fails."""

    machine = SimpleNamespace(started=[], fails=())

    def output(command):
        line = " ".join(map(str, command))
        machine.started.append(line)
        if "-m venv" in line:
            run.VENV.mkdir()
            (run.VENV / "bin").mkdir()
        if str(run.VENV) in line and not run.VENV.exists():
            return False, "not there"
        return not any(word in line for word in machine.fails), "what it said"

    monkeypatch.setattr(run, "output", output)
    monkeypatch.setattr(run, "call", lambda command: output(command)[0] is False)
    return machine


def test_the_script_can_be_read_by_an_old_python_and_needs_nothing_installed():
    tree = ast.parse(SCRIPT.read_text(), feature_version=(3, 6))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names
    assert not any(isinstance(node, ast.JoinedStr | ast.NamedExpr) for node in ast.walk(tree))


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["--help"], 0), (["fly"], 2), (["setup", "--now"], 2)])
def test_wrong_usage_names_what_there_is(run, machine, capsys, arguments, code):
    assert run.main(arguments) == code
    said = "".join(capsys.readouterr())
    assert "setup" in said
    assert machine.started == []


def test_setup_makes_the_environment_once_and_then_does_nothing(run, machine):
    assert run.main(["setup"]) == 0
    assert any("-m venv" in line for line in machine.started)
    assert any("uv pip install" in line and "--require-hashes -r requirements.lock" in line for line in machine.started)
    assert machine.started[-1].endswith("--no-deps --no-build-isolation --editable .")
    machine.started.clear()
    assert run.main(["setup"]) == 0
    assert not [line for line in machine.started if "install" in line or "venv " in line]


@pytest.mark.parametrize("changed", ["requirements.lock", "pyproject.toml"])
def test_a_changed_lock_or_project_is_installed_again(run, machine, changed):
    run.main(["setup"])
    with (run.ROOT / changed).open("a") as file:
        file.write("# changed\n")
    machine.started.clear()
    run.main(["setup"])
    assert any("--require-hashes" in line for line in machine.started)


def test_the_development_packages_serve_the_demo_too(run, machine):
    run.set_up("test")
    assert json.loads(run.STAMP.read_text()).keys() == {"test"}
    assert run.is_fresh("demo")
    run.STAMP.unlink()
    run.set_up("demo")
    assert not run.is_fresh("test")


def test_where_uv_cannot_pip_installs_from_the_same_file(run, machine):
    machine.fails = ("bin/uv",)
    assert run.main(["setup"]) == 0
    assert any("-m pip install" in line and "--require-hashes -r requirements.lock" in line for line in machine.started)


def test_a_failed_install_says_what_was_said_and_leaves_no_stamp(run, machine, capsys):
    machine.fails = ("--require-hashes",)
    assert run.main(["setup"]) == 3
    assert (
        "could not install the locked packages. The end of what was said:\n    what it said" in capsys.readouterr().err
    )
    assert not run.is_fresh("demo")


def test_a_missing_python_is_named(run, machine, capsys):
    machine.fails = ("version_info",)
    assert run.main(["setup"]) == 3
    assert "Hustings needs Python 3.11, and none was found" in capsys.readouterr().err


def test_without_root_the_one_command_is_named(run, machine, monkeypatch, capsys):
    monkeypatch.setattr(run.os, "geteuid", lambda: 1000)
    machine.fails = ("import ensurepip",)
    assert run.main(["setup"]) == 3
    assert "sudo apt-get install --yes --no-install-recommends python3-venv" in capsys.readouterr().err


def test_as_root_missing_packages_are_installed(run, machine, monkeypatch):
    monkeypatch.setattr(run.os, "geteuid", lambda: 0)
    monkeypatch.setattr(run.shutil, "which", lambda name: "/usr/bin/" + name)
    run.debian_packages(["python3-venv"], "to make an environment")
    assert machine.started == ["apt-get install --yes --no-install-recommends python3-venv"]


def test_a_driver_that_does_not_start_asks_for_the_library_it_lacks(run, machine, monkeypatch):
    monkeypatch.setattr(run.os, "geteuid", lambda: 0)
    monkeypatch.setattr(run.shutil, "which", lambda name: "/usr/bin/" + name)
    driver = run.VENV / "lib/python3.11/site-packages/playwright/driver/node"
    driver.parent.mkdir(parents=True)
    driver.touch()
    machine.fails = ("driver/node",)
    run.browser()
    assert machine.started[-1] == "apt-get install --yes --no-install-recommends libatomic1"


def test_too_full_a_disk_is_said_before_anything_is_fetched(run, machine, monkeypatch, capsys):
    usage = run.shutil.disk_usage(run.ROOT)
    monkeypatch.setattr(run.shutil, "disk_usage", lambda place: usage._replace(free=10**9))
    assert run.main(["setup"]) == 3
    assert "less than 4 GB are free" in capsys.readouterr().err
    assert not any("install" in line for line in machine.started)


def test_one_package_is_cut_out_of_a_lock_with_its_hashes(run):
    lock = (
        "tox==2 \\\n    --hash=sha256:c\nuv==1 \\\n    --hash=sha256:a \\\n    --hash=sha256:b\n    # via x\nwheel==3\n"
    )
    assert run.entry_of("uv", lock) == "uv==1 \\\n    --hash=sha256:a \\\n    --hash=sha256:b\n    # via x\n"
    assert run.entry_of("none", lock) == ""


def test_up_sets_up_and_becomes_the_platform_with_a_demo_season(run, machine, monkeypatch):
    became = []
    monkeypatch.setattr(
        run.os, "execve", lambda path, command, environment: became.append((path, command, environment))
    )
    monkeypatch.setattr(run.os, "chdir", became.append)
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    run.main(["up", "--port", "8001"])
    assert run.is_fresh("demo")
    hustings = str(run.VENV / "bin" / "hustings")
    place, (path, command, environment) = became
    assert (place, path) == (str(run.ROOT), hustings)
    assert command == [hustings, "up", "--demo", "--port", "8001"]
    assert "PYTHONPATH" not in environment


def test_a_failed_check_does_not_hide_behind_passing_tests(run, machine, capsys):
    machine.fails = ("mypy",)
    assert run.main(["test", "--long", "-k", "name"]) == 1
    assert re.search(r"-m pytest -n \d --dist loadfile -m  -k name$", machine.started[-1])
    assert "These checks failed: types." in capsys.readouterr().out


def test_types_that_take_long_are_told_after_the_tests_and_are_no_less_a_failure(run, machine, monkeypatch, capsys):
    began, output, call = threading.Event(), run.output, run.call

    def late(command):
        assert not str(command[0]).endswith("mypy") or began.wait(60)
        return output(command)

    monkeypatch.setattr(run, "TYPES_FIRST", 0)
    monkeypatch.setattr(run, "output", late)
    monkeypatch.setattr(run, "call", lambda command: began.set() or call(command))
    machine.fails = ("mypy",)
    assert run.main(["test", "--quick"]) == 1
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in told[-3:]] == [["types", "FAILED"], ["what", "it"], ["These", "checks"]]


def test_who_says_how_many_workers_gets_as_many(run, machine):
    assert run.main(["test", "-n", "1"]) == 0
    assert machine.started[-1].endswith("-m pytest -n 1")


def test_quick_leaves_out_what_is_slow_or_long_and_says_nothing_to_pytest(run, machine, capsys):
    assert run.main(["test", "--quick", "-k", "name"]) == 0
    assert re.search(r"--dist loadfile -m not slow and not long -k name$", machine.started[-1])
    machine.started.clear()
    assert run.main(["test", "--quick", "--long"]) == 2
    assert machine.started == []
    assert "say one of them" in capsys.readouterr().err


def test_what_bends_python_or_pip_is_kept_from_the_environment(run, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    environment = run.environment()
    assert "PYTHONPATH" not in environment
    assert "PIP_TARGET" not in environment
    assert environment["PATH"].startswith(str(run.VENV / "bin"))
