"""Ads that are published by processes killed in the middle; prints how often and how many files of ads, as JSON.

    python killed_publishing.py KILLS SEED FOLDER EMAIL

A process publishes whatever is due; it is killed after a while and another begins. Where one reaches the end, there is a
further file of ads. The last process is left alone.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import killed_loading


def begin():
    """Get everything ready that a process needs, once."""
    killed_loading.begin()
    from hustings.apps.library.publishing import publish

    publish.BATCH = 8


def take(folder, number, email):
    """A further file of ads, read in by a process of its own."""
    killed_loading.write(folder, number)
    _, status = os.waitpid(killed_loading.start(folder, email), 0)
    assert status == 0


def start():
    """A process of its own that publishes; gives its number."""
    child = os.fork()
    if child:
        return child
    try:
        from hustings.apps.library.publishing.publish import publish_all

        publish_all()
    except BaseException:  # noqa: BLE001 - a child that goes on would fork children of its own
        import traceback

        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def main(kills, seed, folder, email):
    begin()
    chance = random.Random(seed)
    files = killed = 0
    while killed < kills:
        files += 1
        take(folder, files, email)
        ended = False
        while killed < kills and not ended:
            child = start()
            time.sleep(chance.uniform(0.02, 0.5))
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            killed += os.WIFSIGNALED(status)
            ended = not os.WIFSIGNALED(status)
            assert not ended or os.WEXITSTATUS(status) == 0
    _, status = os.waitpid(start(), 0)
    assert status == 0
    sys.stdout.write(json.dumps({"killed": killed, "files": files}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
