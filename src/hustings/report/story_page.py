"""The story as one page: opens offline, runs no script, asks nobody for anything, prints.

The first screen says in one minute what was bought, by whom, and how sure; below stand the chapters, each with its
limits beside the claim, its pictures with their rows, and the commands that make every figure again.
"""

__all__ = ["page", "write"]

from base64 import b64encode
from hashlib import sha256
from html import escape
from pathlib import Path
from urllib.parse import quote

from hustings.report.charts import drawn
from hustings.report.story import Chapter, Fact, Picture, Story, Table
from hustings.writing import whole_file

# Ballot paper, ink and one signal colour; contrast on paper at least 5.6 to 1, on the dark sheet more.
LIGHT = (
    "--paper:#faf8f3;--sheet:#fff;--line:#ddd8cb;--ink:#1d2433;--quiet:#5b6372;--signal:#0b6b66;--signal-soft:#e2f0ee;"
    "--warn:#9a4a00;--warn-soft:#fbeedd;--g1:#0072b2;--g2:#d55e00;--g3:#009e73;--g4:#cc79a7;--g5:#e69f00;--g6:#56b4e9;--bar:#8b93a3"
)
DARK = (
    "--paper:#14181f;--sheet:#1b212b;--line:#333c4a;--ink:#e9e6dd;--quiet:#a3abb8;--signal:#5cc7bd;--signal-soft:#17332f;"
    "--warn:#f0b070;--warn-soft:#3a2a17;--bar:#77808f"
)
STYLE = f"""
:root{{color-scheme:light dark;{LIGHT}}}
@media(prefers-color-scheme:dark){{:root{{{DARK}}}}}
*{{box-sizing:border-box}}html{{scroll-padding-top:64px}}
body{{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;
font-feature-settings:"tnum","lnum";overflow-wrap:break-word}}
a{{color:var(--signal);text-underline-offset:3px}}:focus-visible{{outline:3px solid var(--signal);outline-offset:2px}}
.skip{{position:absolute;left:-999px}}.skip:focus{{left:8px;top:8px;background:var(--sheet);padding:8px 16px;z-index:2}}
.bar{{position:sticky;top:0;z-index:1;display:flex;gap:4px 24px;align-items:center;flex-wrap:wrap;padding:8px 24px;
border-bottom:1px solid var(--line);background:var(--sheet)}}
.bar strong{{letter-spacing:.02em}}.bar nav{{display:flex;gap:0 20px;flex-wrap:wrap;flex:1}}
.bar nav a{{color:var(--ink);text-decoration:none;padding:4px 0}}.bar nav a:hover{{border-bottom:2px solid var(--signal)}}
.mark{{font-size:.75rem;font-weight:600;padding:2px 8px;border-radius:99px;border:1px solid currentColor;white-space:nowrap;
color:var(--signal);background:var(--signal-soft);vertical-align:middle;letter-spacing:0}}.mark.warn{{color:var(--warn);background:var(--warn-soft)}}
main{{max-width:1180px;margin:0 auto;padding:24px}}
h1{{font-size:1.6rem;line-height:1.2;margin:0 0 16px;letter-spacing:-.01em;max-width:36em}}
h2{{font-size:1.4rem;line-height:1.25;margin:0 0 8px}}h3{{font-size:1.05rem;margin:32px 0 8px}}
section{{border-top:2px solid var(--ink);padding-top:16px;margin-top:48px}}
.short{{display:grid;grid-template-columns:8rem minmax(0,1fr);margin:0 0 16px;max-width:70rem;border-top:1px solid var(--line)}}
.short dt,.short dd{{margin:0;padding:10px 0;border-bottom:1px solid var(--line)}}.short dt{{font-weight:600;padding-right:16px}}
.short dd{{max-width:none;font-size:1.05rem}}
.pair{{display:grid;grid-template-columns:minmax(0,3fr) minmax(17rem,2fr);gap:24px;align-items:start}}
.lede{{font-size:1.1rem;max-width:64ch;margin:0 0 12px}}.sure{{max-width:70ch;margin:0 0 12px}}
.note{{border-left:4px solid var(--warn);background:var(--warn-soft);padding:8px 16px;border-radius:0 6px 6px 0;margin:0 0 12px}}
.note ul{{margin:4px 0;padding-left:20px}}.note p{{margin:0}}
.facts{{display:grid;grid-template-columns:repeat(auto-fill,minmax(12rem,1fr));gap:16px 24px;margin:16px 0 8px;padding:0}}
.facts dt{{font-size:.85rem;color:var(--quiet)}}.facts dd{{margin:0}}.facts .value{{font-size:1.35rem;font-weight:600;line-height:1.3}}
.facts .beside{{font-size:.85rem;color:var(--quiet);line-height:1.4}}
.quiet{{color:var(--quiet);font-size:.875rem}}
figure{{margin:0 0 16px;background:var(--sheet);border:1px solid var(--line);border-radius:6px}}
figcaption{{padding:8px 16px;border-top:1px solid var(--line);font-size:.875rem;color:var(--quiet)}}
figure h3{{margin:0;padding:12px 16px 4px}}figure .draw{{overflow-x:auto;padding:4px 16px 12px}}
figure details{{border-top:1px solid var(--line);padding:0 16px}}
svg{{display:block;width:100%;min-width:600px;max-width:900px;margin:0 auto;height:auto;font-size:13px}}
svg text{{fill:var(--ink)}}svg .scale{{fill:var(--quiet);font-size:12px}}svg .strong{{font-weight:600}}svg .mark-above{{fill:var(--signal);font-size:12px}}
.grid{{stroke:var(--line);stroke-width:1}}.axis{{stroke:var(--quiet);stroke-width:1}}.column{{fill:var(--bar)}}.marked{{fill:var(--signal)}}
.tie{{stroke:var(--quiet);stroke-width:1.6;stroke-opacity:.8}}.loose{{stroke-dasharray:4 4}}
.hollow{{fill:var(--sheet);stroke:var(--quiet);stroke-width:2}}
.group1{{fill:var(--g1)}}.group2{{fill:var(--g2)}}.group3{{fill:var(--g3)}}.group4{{fill:var(--g4)}}.group5{{fill:var(--g5)}}.group6{{fill:var(--g6)}}
summary{{cursor:pointer;padding:6px 0;min-height:24px;color:var(--signal)}}
.wide{{overflow-x:auto;position:relative}}table{{border-collapse:collapse;width:100%;font-size:.9rem}}
th{{text-align:left;font-weight:600;border-bottom:2px solid var(--line);padding:6px 8px;vertical-align:bottom}}
td,tbody th{{border-bottom:1px solid var(--line);padding:6px 8px;vertical-align:top}}tbody th{{font-weight:400}}
.wide th:first-child{{position:sticky;left:0;background:var(--paper)}}figure .wide th:first-child{{background:var(--sheet)}}
.number{{text-align:right;white-space:nowrap}}td.digest{{font:.8rem ui-monospace,monospace;overflow-wrap:anywhere;min-width:12rem}}td.long{{overflow-wrap:anywhere;min-width:14rem}}
pre{{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--sheet);border:1px solid var(--line);border-radius:6px;padding:8px 16px;font-size:.85rem}}
footer{{border-top:1px solid var(--line);margin-top:48px;padding-top:8px}}
@media(max-width:760px){{main{{padding:16px}}.bar{{padding:8px 16px;position:static;justify-content:space-between}}.bar nav{{order:3;flex:1 0 100%}}.pair{{display:block}}.short{{display:block}}
.short dt{{border:0;padding-bottom:0}}.short dd{{padding-top:2px}}.facts{{grid-template-columns:1fr 1fr}}h1{{font-size:1.35rem}}
.wide th:first-child{{max-width:9rem}}}}
@media print{{:root{{{LIGHT};--paper:#fff}}body{{font-size:10pt}}.bar{{position:static;border:0;padding:0}}.bar nav,.skip,summary{{display:none}}
main{{max-width:none;padding:0}}section{{break-before:page;margin-top:0}}figure,tr,.note{{break-inside:avoid}}svg{{min-width:0}}
.wide,figure .draw{{overflow:visible}}details::details-content{{content-visibility:visible;display:block;height:auto}}
table{{font-size:7.5pt;table-layout:auto}}th,td,td.long,td.digest{{min-width:0;padding:2px 4px;overflow-wrap:anywhere}}.number{{white-space:normal}}
.files a::after{{content:" (" attr(href) ")"}}}}
"""
STORY = ("The story as data", "story.json")
# Letters from which a cell is text rather than a word.
LONG = 24
CHECK = b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{CHECK}'; base-uri 'none'; form-action 'none'"


def write(story: Story, place: Path) -> None:
    """Write the story as one page that needs no other file; links lead to the files beside it."""
    with whole_file(place) as part:
        part.write_text(page(story, beside=place.parent), encoding="utf-8")


def page(story: Story, *, beside: Path, marking: str = "", data: tuple[str, str] = STORY) -> str:
    """The whole page; reports of runs are linked where they lie in `beside`.

    marking   for whom it is, where it is not for everybody
    data      words and address of the same as data
    """
    nav = "".join(f'<a href="#{escape(one.key)}">{escape(one.title)}</a>' for one in story.chapters)
    answers = [
        f'<dt><a href="#{escape(chapter.key)}">{escape(chapter.title)}</a></dt><dd>{escape(line)}</dd>'
        for chapter, line in zip(story.chapters, story.summary, strict=True)
    ]
    if story.sure:
        # What was bought, by whom, how sure: the first minute.
        answers.insert(2, f"<dt>How sure</dt><dd>{escape(story.sure)}</dd>")
    short = "".join(answers)
    made_up = all(chapter.simulated for chapter in story.chapters)
    mark = '<span class="mark warn">Made-up data</span>' if made_up else '<span class="mark">Public data</span>'
    if marking:
        mark = f'<span class="mark warn">{escape(marking)}</span>'
    limits = (
        f'<div class="note"><p><b>What this does not show.</b> {escape(story.not_shown)}</p></div>'
        if story.not_shown
        else ""
    )
    chapters = "".join(_section(number, chapter, beside) for number, chapter in enumerate(story.chapters, 1))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">'
        f"<title>{escape(story.title)} - Hustings</title><style>{STYLE}</style></head><body>"
        f'<a class="skip" href="#story">To the story</a><header class="bar"><strong>Hustings</strong><nav aria-label="Chapters">{nav}</nav>{mark}</header>'
        f'<main id="story"><h1>{escape(story.title)}</h1><dl class="short">{short}</dl>{limits}{chapters}'
        f'<footer class="quiet">Made by Hustings {escape(story.version)}, seed {story.seed}. The same input gives the same page. '
        f'{escape(data[0])}: <a href="{escape(quote(data[1]))}">{escape(data[1])}</a>.</footer></main></body></html>\n'
    )  # fmt: skip


def _section(number: int, chapter: Chapter, beside: Path) -> str:
    """A chapter: the sentences, how sure, what is not shown, then figures, pictures and rows."""
    mark = ' <span class="mark warn">made up</span>' if chapter.simulated else ""
    sentences = "".join(f'<p class="lede">{escape(sentence)}</p>' for sentence in chapter.sentences)
    limits = "".join(f"<li>{escape(line)}</li>" for line in chapter.not_shown)
    facts = "".join(map(_fact, chapter.facts))
    pictures = "".join(_figure(picture, f"{chapter.key}-{place}") for place, picture in enumerate(chapter.pictures, 1))
    pages = [(f"{run.title}: the report", f"{run.folder}/report.html") for run in chapter.runs]
    links = [*((name, path) for name, path in pages if (beside / path).exists()), *chapter.files]
    files = "".join(f'<li><a href="{escape(quote(path))}">{escape(name)}</a></li>' for name, path in links)
    return (
        f'<section id="{escape(chapter.key)}" aria-labelledby="{escape(chapter.key)}-head"><h2 id="{escape(chapter.key)}-head">'
        f'{number}. {escape(chapter.title)}{mark}</h2><div class="pair"><div>{sentences}'
        f'<p class="sure"><b>How sure.</b> {escape(chapter.sure)}</p></div>'
        f'<div class="note"><b>What this does not show.</b><ul>{limits}</ul></div></div>'
        + (f'<dl class="facts">{facts}</dl>' if facts else "")
        + pictures
        + "".join(map(_rows, chapter.tables))
        + f'<h3>Where it comes from, and how to get it again</h3><p class="quiet">{escape(chapter.source)}</p>'
        + (f'<ul class="files">{files}</ul>' if files else "")
        + f"<pre>{escape(chr(10).join(chapter.commands))}</pre></section>"
    )


def _fact(fact: Fact) -> str:
    beside = f'<dd class="beside">{escape(fact.beside)}</dd>' if fact.beside else ""
    return f'<div><dt>{escape(fact.label)}</dt><dd class="value">{escape(fact.value)}</dd>{beside}</div>'


def _figure(picture: Picture, name: str) -> str:
    """A picture is never alone: caption and rows stand below it."""
    return (
        f'<figure><h3>{escape(picture.title)}</h3><div class="draw" tabindex="0" role="region" aria-label="Picture: {escape(picture.title)}">'
        f"{drawn(picture, name)}</div><figcaption>{escape(picture.caption)}</figcaption>"
        f"<details><summary>{escape(picture.table.title)}: {len(picture.table.rows):,} rows</summary>{_grid(picture.table, picture.table.rows)}"
        f"{_caption(picture.table)}</details></figure>"
    )


def _rows(table: Table) -> str:
    first = len(table.rows) if table.first is None else table.first
    more = table.rows[first:]
    rest = f"<details><summary>{len(more):,} more rows</summary>{_grid(table, more)}</details>" if more else ""
    return f"<h3>{escape(table.title)}</h3>{_grid(table, table.rows[:first])}{_caption(table)}{rest}"


def _caption(table: Table) -> str:
    return f'<p class="quiet">{escape(table.caption)}</p>' if table.caption else ""


def _long(cell: str) -> str:
    """Text without a place to break, or much of it, gets room and may be broken anywhere."""
    return ' class="long"' if len(cell) > LONG else ""


def _grid(table: Table, rows: tuple[tuple[str, ...], ...]) -> str:
    """The rows; the first column heads its row and stays in sight where a phone scrolls the others."""
    side = [
        ' class="number"' if place in table.figures else ' class="digest"' if column == "SHA-256" else ""
        for place, column in enumerate(table.columns)
    ]
    head = "".join(
        f'<th scope="col"{cls}>{escape(column)}</th>' for cls, column in zip(side, table.columns, strict=True)
    )
    body = "".join(
        f'<tr><th scope="row"{side[0]}>{escape(row[0])}</th>'
        + "".join(f"<td{cls or _long(cell)}>{escape(cell)}</td>" for cls, cell in zip(side[1:], row[1:], strict=True))
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(table.title)}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
