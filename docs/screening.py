"""Write the tables of docs/reference/screening.md from the rules and the law at hand.

    .venv/bin/python docs/screening.py

A test sees that the page holds what the tables say.
"""

from pathlib import Path

from hustings.screening.hit import VOTING
from hustings.screening.law import bundled_law
from hustings.screening.voting.rules import Rule, grammar

PAGE = Path(__file__).parent / "reference" / "screening.md"


def main() -> None:
    """Rewrite the page's tables."""
    PAGE.write_text(drawn(PAGE.read_text("utf-8")), "utf-8")


def drawn(text: str) -> str:
    """The page with each table between its marks drawn again."""
    for name, table in {"rules": rules, "law": law}.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end {name} -->"
        before, found, rest = text.partition(begin)
        assert found, f"the page has no mark '{name}'"
        text = before + begin + table() + end + rest.partition(end)[2]
    return text


def rules() -> str:
    """Every rule, by category."""
    english, shared = grammar("en").rules, grammar("de").rules
    rows = [
        f"| `{category}` | {who} | `{rule.name}` | {rule.says} | {len(rule.patterns)} |\n"
        for category in VOTING
        for who, table in (("English", english), ("others", shared))
        for rule in _of(table, category)
    ]
    return (
        "| category | language | rule | what it says of a text | patterns |\n| --- | --- | --- | --- | --- |\n"
        + "".join(rows)
    )


def _of(table: tuple[Rule, ...], category: str) -> list[Rule]:
    return [rule for rule in table if rule.category == category]


def law() -> str:
    """Every row of law."""
    rows = [
        f"| {row.jurisdiction} | `{row.rule}` | {row.value} | {row.valid_from or ''} | {row.source}: {row.where} |\n"
        for row in bundled_law().provisions
    ]
    return "| where | rule | value | since | source |\n| --- | --- | --- | --- | --- |\n" + "".join(rows)


if __name__ == "__main__":
    main()
