"""The four chapters of the demo: bought, by whom, posted, handed over; on real data or on a made-up season."""

__all__ = ["CHAPTERS", "Book", "bought", "by_whom", "handed_over", "posted"]

from collections.abc import Callable

from hustings.cli.telling.book import Book
from hustings.cli.telling.buyers import by_whom
from hustings.cli.telling.buying import bought
from hustings.cli.telling.package import handed_over
from hustings.cli.telling.posting import posted
from hustings.report.story import Chapter

CHAPTERS: tuple[tuple[str, str, Callable[[Book], Chapter]], ...] = (
    ("bought", "Bought", bought), ("by-whom", "By whom", by_whom),
    ("posted", "Posted", posted), ("handed-over", "Handed over", handed_over),
)  # fmt: skip
