"""The folders show the architecture, and what they promise is checked."""

import ast
import os
import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "hustings"
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())
# What these files name, they use: Django's applications, and programs whose Python is not run.
BY_NAME = {"settings.py", "binaries.py", "sentence_model.py"}
PURE = ("detection", "screening", "exchange", "policy", "ledger", "staffing")
MADE = {
    ".git", ".venv", "out", "node_modules", "__pycache__", ".hypothesis", ".mypy_cache", ".ruff_cache", ".pytest_cache",
}  # fmt: skip


@pytest.fixture(scope="module")
def trees():
    """Each module of ours, read once: its syntax tree by its path."""
    return {path: ast.parse(path.read_text()) for path in sorted(SOURCE.rglob("*.py"))}


def kept_files():
    """Every file that the repository may hold; what is made beside them is not even walked through."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in MADE]
        yield from (Path(folder, name) for name in names if Path(folder, name).is_file())


def named(requirement):
    """The package that a requirement names, without extras and versions."""
    return re.split(r"[\[<>=]", requirement)[0]


def modules(*packages):
    return [path for package in packages for path in (SOURCE / package).rglob("*.py")]


def test_every_pure_package_is_under_the_contract():
    contract = SETTINGS["tool"]["importlinter"]["contracts"][1]
    there = {f"hustings.{package}" for package in PURE if modules(package)}
    assert set(contract["source_modules"]) == there


def test_the_linter_bans_the_clock_the_environment_and_chance_in_pure_packages_only():
    ruff = SETTINGS["tool"]["ruff"]["lint"]
    banned = ruff["flake8-tidy-imports"]["banned-api"]
    assert {"datetime.datetime.now", "time.time", "os.environ", "random"} <= set(banned)
    excepted = [pattern for pattern, rules in ruff["per-file-ignores"].items() if "TID251" in rules]
    assert excepted == ["!src/hustings/{" + ",".join(PURE) + "}/**"]


def test_pure_packages_draw_random_numbers_from_a_given_seed_only(trees):
    unseeded = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules(*PURE)
        for node in ast.walk(trees[path])
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith("default_rng")
        and not (node.args or node.keywords)
    ]
    assert unseeded == []


def test_each_module_opens_with_a_sentence_and_lists_its_public_names(trees):
    silent = []
    for path, tree in trees.items():
        if "migrations" in path.parts or path.name == "settings.py":
            continue  # written by Django from the models; read by Django by the names it looks for
        named = any(isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__" for node in tree.body)
        defines = any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in tree.body)
        if not ast.get_docstring(tree) or (defines and not named):
            silent.append(str(path.relative_to(ROOT)))
    assert silent == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_pin_and_hash_every_package_and_name_no_address(lock):
    text = (ROOT / lock).read_text()
    entries = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]
    assert len(entries) > 10
    assert [entry.split()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
    assert "://" not in text
    assert "--index" not in text


def test_the_development_lock_holds_the_same_versions_as_the_other():
    pinned = {
        name: set(re.findall(r"^(\S+==\S+)", (ROOT / name).read_text(), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    }
    assert pinned["requirements.lock"] <= pinned["requirements-dev.lock"]


def test_what_the_lock_and_the_build_need_is_what_pyproject_names():
    build = set(SETTINGS["build-system"]["requires"])
    assert build <= set(SETTINGS["dependency-groups"]["build"])
    lock = (ROOT / "requirements.lock").read_text()
    for wanted in SETTINGS["project"]["dependencies"] + SETTINGS["dependency-groups"]["build"]:
        assert re.search(rf"^{named(wanted)}==", lock, re.MULTILINE), wanted


def test_what_is_imported_is_named_and_what_is_named_is_imported(trees):
    modules = set()
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                modules |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and path.name in BY_NAME:
                modules.add(node.value)
    there = packages_distributions()
    imported = {name for module in modules for name in there.get(module.split(".")[0], [])} - {"hustings"}
    wanted = {named(entry) for entry in SETTINGS["project"]["dependencies"]}
    extras = {named(entry) for part in SETTINGS["project"]["optional-dependencies"].values() for entry in part}
    assert {name.lower().replace("_", "-") for name in imported} == wanted | extras


def test_no_file_names_a_package_registry():
    # Split, so that this file does not name them either.
    hosts = ["pypi" + ".org", "files.python" + "hosted.org", "registry.npm" + "js.org"]
    named = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in kept_files()
        if path.suffix not in {".png", ".parquet", ".pyc"}
        for host in hosts
        if host in path.read_text(errors="replace")
    ]
    assert named == []
