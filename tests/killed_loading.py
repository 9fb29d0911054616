"""Archives that are read in by processes killed in the middle; prints how often and how many files, as JSON.

    python killed_loading.py KILLS SEED FOLDER EMAIL

Each file is made up as it is needed. A process reads the whole folder in; it is killed after a while and another begins,
until one reaches the end; then there is a further file. The last process is left alone.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

HEAD = (
    "ADID,CreativeUrl,Currency Code,Spend,Impressions,StartDate,EndDate,OrganizationName,BillingAddress,"
    "CandidateBallotInformation,PayingAdvertiserName,Gender,AgeBracket,CountryCode,Regions (Included),Regions (Excluded),"
    "Postal Codes (Included),Interests,CreativeProperties"
)
ADS, SPENT, BATCH = 60, 3, 8


def write(folder, number):
    """A file of ads and one row that cannot be read, in the middle."""
    rows = [
        f"f{number}a{ad},https://m/{number}/{ad},EUR,{SPENT},5,2018/10/27 14:00:00Z,,Org {ad % 4},FR,,Payer {ad % 3},,18+,france,,,,,"
        for ad in range(ADS)
    ]
    rows.insert(ADS // 2, f"f{number}wrong,u,EUR,ten,5,2018/10/27 14:00:00Z,,Org,FR,,Payer,,18+,france,,,,,")
    (folder / f"{number}.csv").write_text("\n".join([HEAD, *rows]) + "\n")


def begin():
    """Get everything ready that a process needs, once."""
    import django

    django.setup()
    from hustings.apps.ads.management.commands import take_ads  # noqa: F401 - imported before processes part
    from hustings.connectors import archive

    archive.BATCH = BATCH


def start(folder, email):
    """A process of its own that reads the folder in; gives its number."""
    child = os.fork()
    if child:
        return child
    try:
        from django.core.management import call_command

        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - the process ends with it
        call_command("take_ads", str(folder), by=email)
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
        write(folder, files)
        ended = False
        while killed < kills and not ended:
            child = start(folder, email)
            time.sleep(chance.uniform(0.02, 0.9))
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            killed += os.WIFSIGNALED(status)
            ended = not os.WIFSIGNALED(status)
            assert not ended or os.WEXITSTATUS(status) == 0
    _, status = os.waitpid(start(folder, email), 0)
    assert status == 0
    sys.stdout.write(json.dumps({"killed": killed, "files": files}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
