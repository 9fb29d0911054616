"""What a web process brings along: every start, and every command of Django, waits for it."""

import os
import subprocess
import sys
from pathlib import Path

HEAVY = ("numba", "scipy.stats", "scipy.optimize", "holidays", "weasyprint", "matplotlib", "pandas")
ASKED = (
    "import sys, hustings.apps.wsgi; import django.urls; django.urls.get_resolver().url_patterns; print(*sys.modules)"
)


def test_a_web_process_leaves_out_what_only_searches_and_plans_need():
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "settings_for_tests",
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    done = subprocess.run([sys.executable, "-c", ASKED], env=environment, capture_output=True, text=True, check=True)
    assert not set(HEAVY) & set(done.stdout.split())
