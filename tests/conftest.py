"""Fixtures that every kind of test may ask for."""

import os
from pathlib import Path

import pytest

from hustings.cli.data import data_folder

pytest_plugins = ["installation", "guards"]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data; the test is skipped without it, or fails where it is required."""
    folder = data_folder()
    if folder is None:
        if os.environ.get("HUSTINGS_REQUIRE_DATA"):
            pytest.fail("HUSTINGS_REQUIRE_DATA is set, but there is no folder of real data (HUSTINGS_DATA).")
        pytest.skip("no real data here (HUSTINGS_DATA)")
    return folder
