"""The `hustings` command itself: finds the subcommand, runs it, turns errors into exit codes."""

__all__ = ["COMMANDS", "hustings", "main", "run"]

import importlib
import sys

import click

from hustings import __version__
from hustings.errors import HustingsError

# Subcommand -> (module that holds it, one line for the list). Imported only when called, so that
# `hustings --help` does not wait for compiled code.
COMMANDS = {
    "up": ("hustings.cli.up", "Start the platform with everything it needs, in one terminal."),
    "doctor": ("hustings.cli.doctor", "Tell what is wrong with a setup, and what to do."),
    "backup": ("hustings.cli.backup", "Keep a whole installation in one file."),
    "restore": ("hustings.cli.backup", "Make an installation again from its backup, and verify its log."),
    "manage": ("hustings.cli.manage", "Run an upkeep command of the platform."),
    "code": ("hustings.cli.code", "Print the second factor of somebody in the demo season."),
    "ads": ("hustings.cli.ads", "Read archives of political ads, every row accounted for."),
    "traces": ("hustings.cli.traces", "Turn a foreign table into the trace table."),
    "signals": ("hustings.cli.signals", "Make traces of posts: all that two actors can share."),
    "posts": ("hustings.cli.posts", "Turn exports of platforms into the posts table."),
    "links": ("hustings.cli.links", "Count who shared the same things close together in time."),
    "similarity": ("hustings.cli.similarity", "Compare who leaves the same things, time left aside."),
    "detect": ("hustings.cli.detect", "Find groups of actors that act as one."),
    "watch": ("hustings.cli.watch", "Follow folders and Kafka topics, and find again as events arrive."),
    "history": ("hustings.cli.history", "Tell what became of findings from run to run."),
    "score": ("hustings.cli.score", "Score findings against labelled actors."),
    "sensitivity": ("hustings.cli.sensitivity", "Show how findings change with window and participation."),
    "expand": ("hustings.cli.expand", "Search from a tip: who is tied to these beyond chance."),
    "load": ("hustings.cli.load", "Load the findings of a run into the platform."),
    "report": ("hustings.cli.report", "Draw the report of a finished run."),
    "handover": ("hustings.cli.handover", "Make the package that an investigator can check."),
    "buyers": ("hustings.cli.buyers", "Join buyers of ads by what they share."),
    "gatherings": ("hustings.cli.gatherings", "List the gatherings that ads call people to."),
    "elections": ("hustings.cli.elections", "Load lists of elections, every row accounted for."),
    "fact-checks": ("hustings.cli.fact_checks", "Tell which ads say what newsrooms checked."),
    "reach": ("hustings.cli.reach", "Count the people of a table of viewers, each once."),
    "register": ("hustings.cli.register", "Say what a public register holds, and whether a claim fits it."),
    "simulate": ("hustings.cli.simulate", "Make an election season with planted campaigns."),
    "red-team": ("hustings.cli.red_team", "Plant a made-up campaign and see whether the search finds it."),
    "review": ("hustings.cli.review", "Replay a trace of review in another order."),
    "staffing": ("hustings.cli.staffing", "Say how many people review needs, of which kind, by when."),
    "train": ("hustings.cli.train", "Learn from labelled texts what is political."),
    "demo": ("hustings.cli.demo", "Tell the whole story once, on real data where it is there."),
    "screen": ("hustings.cli.screen", "Screen ads: political or not, voting rules, where they go."),
    "stix": ("hustings.cli.stix", "Check and convert STIX."),
    "sharing": ("hustings.cli.sharing", "Exchange with partners: what a conformance run needs."),
    "verify-log": ("hustings.cli.verify_log", "Check an exported log, or proofs from any log."),
    "verify-evidence": (
        "hustings.cli.verify_evidence",
        "Check a package of sealed evidence: bytes, custody, proofs, stamps.",
    ),
    "verify-library": ("hustings.cli.verify_library", "Check an exported library of ads: log, versions, contents."),
}


class Lazy(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        return getattr(importlib.import_module(module), cmd_name.replace("-", "_"))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(prog)s %(version)s")
def hustings() -> None:
    """Find coordinated campaigns, account for political ads, hand over what was found."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; give its exit code (0 done, 1 a check failed, 2 bad input, 3 lacks, 130)."""
    try:
        result = hustings.main(args=arguments, prog_name="hustings", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Interrupted. What was finished is kept; run the same command again.", err=True)
        return 130
    except KeyboardInterrupt:
        click.echo("Interrupted. What was finished is kept; run the same command again.", err=True)
        return 130
    except click.ClickException as error:
        error.show(sys.stderr)
        return 2
    except HustingsError as error:
        click.echo(f"hustings: {error}", err=True)
        return error.exit_code
    except MemoryError:
        click.echo(
            "hustings: This machine has too little memory for that many rows. Nothing was left half-written. "
            "Split the table by time, or run where more memory is free.",
            err=True,
        )
        return 3
    return result if isinstance(result, int) else 0


def run() -> None:
    """The console script."""
    sys.exit(main())
