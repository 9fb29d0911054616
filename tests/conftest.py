"""Fixtures that every kind of test may ask for."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from hustings.cli.data import data_folder

pytest_plugins = ["installation", "guards"]

# How fast a machine draws examples says nothing about the code. The quick and the usual run draw the same examples
# each time; `./run test --long` draws new ones.
settings.register_profile(
    "hustings", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True, database=None
)
settings.register_profile("hustings-long", settings.get_profile("hustings"), derandomize=False)

# What starts a web process, and mostly a browser for it, or sows the demo season.
STARTS_MORE = {"site", "seeded_site", "seeded_database"}


def pytest_configure(config: pytest.Config) -> None:
    long = "not long" not in config.option.markexpr
    settings.load_profile("hustings-long" if long else "hustings")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for more servers is `slow`, whether its file says so or not."""
    for item in items:
        if STARTS_MORE & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data; the test is skipped without it, or fails where it is required."""
    folder = data_folder()
    if folder is None:
        if os.environ.get("HUSTINGS_REQUIRE_DATA"):
            pytest.fail("HUSTINGS_REQUIRE_DATA is set, but there is no folder of real data (HUSTINGS_DATA).")
        pytest.skip("no real data here (HUSTINGS_DATA)")
    return folder
