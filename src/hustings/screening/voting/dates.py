"""Days and hours that a sentence names, in the words of several languages."""

__all__ = ["Day", "Hour", "days", "hours", "months_of"]

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

WEEKDAYS: Mapping[str, Mapping[str, int]] = {
    "en": {"monday": 0, "mon": 0, "mondays": 0, "tuesday": 1, "tue": 1, "tues": 1, "wednesday": 2, "wed": 2, "weds": 2,
           "thursday": 3, "thu": 3, "thur": 3, "thurs": 3, "friday": 4, "fri": 4, "saturday": 5, "sat": 5, "sunday": 6},
    "es": {"lunes": 0, "martes": 1, "miercoles": 2, "jueves": 3, "viernes": 4, "sabado": 5, "domingo": 6},
    "de": {"montag": 0, "dienstag": 1, "mittwoch": 2, "donnerstag": 3, "freitag": 4, "samstag": 5, "sonnabend": 5,
           "sonntag": 6, "montags": 0, "sonntags": 6},
    "fr": {"lundi": 0, "mardi": 1, "mercredi": 2, "jeudi": 3, "vendredi": 4, "samedi": 5, "dimanche": 6},
    "it": {"lunedi": 0, "martedi": 1, "mercoledi": 2, "giovedi": 3, "venerdi": 4, "sabato": 5, "domenica": 6},
    "pt": {"segunda": 0, "terca": 1, "quarta": 2, "quinta": 3, "sexta": 4, "sabado": 5, "domingo": 6},
    "nl": {"maandag": 0, "dinsdag": 1, "woensdag": 2, "donderdag": 3, "vrijdag": 4, "zaterdag": 5, "zondag": 6},
    "pl": {"poniedzialek": 0, "wtorek": 1, "sroda": 2, "srode": 2, "czwartek": 3, "piatek": 4, "sobota": 5,
           "sobote": 5, "niedziela": 6, "niedziele": 6, "niedzieli": 6, "poniedzialku": 0, "wtorku": 1, "piatku": 4},
    "fi": {"maanantai": 0, "maanantaina": 0, "tiistai": 1, "tiistaina": 1, "keskiviikko": 2, "keskiviikkona": 2,
           "torstai": 3, "torstaina": 3, "perjantai": 4, "perjantaina": 4, "lauantai": 5, "lauantaina": 5,
           "sunnuntai": 6, "sunnuntaina": 6},
}  # fmt: skip

MONTHS: Mapping[str, str] = {
    "en": "january february march april may june july august september october november december",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "de": "januar februar marz april mai juni juli august september oktober november dezember",
    "fr": "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada grudnia",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesakuuta heinakuuta elokuuta syyskuuta lokakuuta "
          "marraskuuta joulukuuta",
}  # fmt: skip
SHORT_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sept": 9, "sep": 9, "oct": 10,
                "nov": 11, "dec": 12, "okt": 10, "dez": 12, "janv": 1, "fevr": 2, "dic": 12, "ene": 1}  # fmt: skip
ORDINALS = {name: at for at, name in enumerate(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth".split(), 1)}  # fmt: skip
NUMBERS = {name: at for at, name in enumerate(
    "one two three four five six seven eight nine ten eleven twelve".split(), 1)}  # fmt: skip
# After an ordinal these say that it is no day of the month.
NO_DAY = frozenset(
    "amendment district ward street st avenue ave floor century time grade anniversary president congressional circuit and".split()
)
# Countries that write the month first.
MONTH_FIRST = frozenset({"US", "PH", "FM", "PW", ""})


# Words that are hours themselves or tell how an hour is meant.
HOURS = frozenset(
    "noon midday midnight tonight evening sharp o'clock oclock mitternacht mittag medianoche mediodia minuit midi mezzanotte "
    "mezzogiorno uhr heures uur horas".split()
)


@dataclass(frozen=True)
class Day:
    """A day as far as it was said; words [start, end)."""

    start: int
    end: int
    weekday: int | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None
    after_election: bool = False

    def against(self, election: date) -> int:
        """0 where it may be that day, 1 after it, -1 before it, 2 another day without saying when."""
        if self.after_election:
            return 1
        if self.month is not None or self.year is not None:
            year = self.year if self.year is not None else election.year
            month = self.month if self.month is not None else election.month
            if self.day is None:
                return (
                    0
                    if (year, month) == (election.year, election.month)
                    else (-1 if (year, month) < (election.year, election.month) else 1)
                )
            said = (year, month, self.day)
            day = (election.year, election.month, election.day)
            if said != day:
                if self.year is None and self.month is not None and said < day and day[1] - month > 9:
                    return 1  # "January 3" of an election in December
                return -1 if said < day else 1
        elif self.day is not None and self.day != election.day:
            return -1 if self.day < election.day else 1
        if self.weekday is not None and self.weekday != election.weekday():
            return 1 if (self.weekday - election.weekday()) % 7 == 1 else 2
        return 0


@dataclass(frozen=True)
class Hour:
    """An hour as far as it was said; without "am" or "pm" an hour up to 12 may be either."""

    start: int
    end: int
    hour: int
    minute: int = 0
    half: str = ""

    def readings(self) -> tuple[time, ...]:
        """What it may mean."""
        if self.half == "am":
            return (time(self.hour % 12, self.minute),)
        if self.half == "pm":
            return (time(self.hour % 12 + 12, self.minute),)
        if self.hour > 12 or self.half == "24":
            return (time(self.hour % 24, self.minute),)
        return (time(self.hour % 24, self.minute), time((self.hour + 12) % 24, self.minute))


def months_of(language: str) -> Mapping[str, int]:
    """Names of months, short ones too."""
    months = {name: at for at, name in enumerate(MONTHS.get(language, "").split(), 1)}
    return {**SHORT_MONTHS, **{name: at for at, name in enumerate(MONTHS["en"].split(), 1)}, **months}


def days(words: Sequence[str], language: str, country: str) -> list[Day]:
    """The days that are named, in order."""
    weekdays = WEEKDAYS.get(language, {})
    months = months_of(language)
    out: list[Day] = []
    at = 0
    while at < len(words):
        day = _date(words, at, months, country)
        if day is None and (number := weekdays.get(words[at], WEEKDAYS["en"].get(words[at]))) is not None:
            if words[at] in {"sat", "sun", "mon", "segunda", "quarta", "wed"} and not _beside_date(words, at, language):
                at += 1
                continue
            day = Day(at, at + 1, weekday=number)
        if day is None:
            at += 1
            continue
        if (out and out[-1].end == day.start) or (
            out
            and all(
                word in {",", "the", "den", "el", "le", "il", "de", "der", "(", ".", "dem", "a", "o", "dia", "-", "/"}
                for word in words[out[-1].end : day.start]
            )
        ):
            before = out[-1]
            if (before.weekday is None) != (day.weekday is None) and not (before.day and day.day):
                day = Day(before.start, day.end, before.weekday if before.weekday is not None else day.weekday,
                          before.day or day.day, before.month or day.month, before.year or day.year)  # fmt: skip
                out.pop()
        out.append(day)
        at = day.end
    return out


def _beside_date(words: Sequence[str], at: int, language: str) -> bool:
    """Whether a short or doubtful weekday ("sat", "quarta") is one by what stands beside it."""
    before, after = words[at - 1] if at else "", words[at + 1] if at + 1 < len(words) else ""
    if language == "pt":
        return after in {"-", "feira"} or before in {"na", "nesta"}
    return (
        before in {"on", "this", "next", ",", "til", "until", "vote", "by"}
        or after.isdigit()
        or after in {"nov", "oct", "november", ","}
    )


def _number(word: str) -> int | None:
    if word.isdigit() and len(word) <= 4:
        return int(word)
    return ORDINALS.get(word)


def _suffix(words: Sequence[str], at: int) -> int:
    """Past 'th' of '8 th', or a full stop of '8.'."""
    if at < len(words) and words[at] in {"th", "st", "nd", "rd", ".", "er", "o", "de"}:
        return at + 1
    return at


def _year(words: Sequence[str], at: int) -> tuple[int | None, int]:
    if at < len(words) and words[at] in {",", "de", "del"}:
        at += 1
    if at < len(words) and words[at].isdigit() and len(words[at]) == 4 and 1990 <= int(words[at]) <= 2099:
        return int(words[at]), at + 1
    return None, at


def _date(words: Sequence[str], at: int, months: Mapping[str, int], country: str) -> Day | None:
    word = words[at]
    if word in months:
        after = at + 1
        while after < len(words) and words[after] in {".", "the"}:
            after += 1
        if after < len(words) and (day := _number(words[after])) is not None and 1 <= day <= 31:
            end = _suffix(words, after + 1) if after + 1 < len(words) and words[after + 1] != "." else after + 1
            if end < len(words) and words[end] in {"am", "pm", "a.m", "p.m"}:
                return None
            year, past = _year(words, end)
            return Day(at, past if year else end, day=day, month=months[word], year=year)
        return None
    if not word.isdigit():
        if word == "the" and at + 1 < len(words):
            day = _number(words[at + 1])
            if day is not None and 1 <= day <= 31:
                end = at + 2
                if end < len(words) and words[end] in {"th", "st", "nd", "rd"}:
                    end += 1
                elif words[at + 1].isdigit() or words[at + 1] in {"first", "second", "third"}:
                    return None
                if end + 1 < len(words) and words[end] == "of" and words[end + 1] in months:
                    year, past = _year(words, end + 2)
                    return Day(at, past if year else end + 2, day=day, month=months[words[end + 1]], year=year)
                if end < len(words) and words[end] in NO_DAY:
                    return None
                return Day(at, end, day=day)
        return None
    number = int(word)
    # 2016-11-09
    if len(word) == 4 and at + 4 < len(words) and words[at + 1] in {"-", "/", "."} and words[at + 3] == words[at + 1]:
        if words[at + 2].isdigit() and words[at + 4].isdigit() and 1 <= int(words[at + 2]) <= 12:
            return Day(at, at + 5, day=int(words[at + 4]), month=int(words[at + 2]), year=number)
    if not 1 <= number <= 31:
        return None
    # 8 November, 8. November, 8 de noviembre, 8th of November
    after = at + 1
    while (
        after < len(words)
        and after - at <= 3
        and words[after] in {".", "th", "st", "nd", "rd", "of", "de", "er", "di", "-"}
    ):
        after += 1
    if after < len(words) and words[after] in months and words[after] not in {"mar", "may"}:
        year, past = _year(words, after + 1)
        return Day(at, past if year else after + 1, day=number, month=months[words[after]], year=year)
    if after < len(words) and words[after] == "may" and after > at + 1:
        return Day(at, after + 1, day=number, month=5)
    # 11/9, 9.11., 11-9-2016
    if at + 2 < len(words) and words[at + 1] in {"/", ".", "-"} and words[at + 2].isdigit() and len(words[at + 2]) <= 2:
        other, sign = int(words[at + 2]), words[at + 1]
        year, end = None, at + 3
        if at + 4 < len(words) and words[at + 3] == sign and words[at + 4].isdigit() and len(words[at + 4]) in {2, 4}:
            year = int(words[at + 4]) + (2000 if len(words[at + 4]) == 2 else 0)
            end = at + 5
        if sign == "-" and year is None:
            return None
        if sign == "." and year is None and (country in MONTH_FIRST or country == "GB"):
            return None
        if sign == "/" and number in {1, 24} and other in {2, 3, 4, 7} and year is None:
            return None  # a half, round the clock
        month, day = (number, other) if country in MONTH_FIRST and sign != "." else (other, number)
        if month > 12 and day <= 12:
            if sign == "." and year is None:
                return None  # half past seven, written 7.30
            month, day = day, month
        if 1 <= month <= 12 and 1 <= day <= 31:
            return Day(at, end, day=day, month=month, year=year)
    if (
        at + 1 < len(words)
        and words[at + 1] in {"th", "st", "nd", "rd"}
        and at
        and words[at - 1] in {"on", "the", "until", "by", "til", "till"}
    ):
        if at + 2 < len(words) and words[at + 2] in NO_DAY:
            return None
        return Day(at, at + 2, day=number)
    return None


def hours(words: Sequence[str], named: Sequence[Day] = ()) -> list[Hour]:
    """The hours that are named, in order; a bare number counts where nothing follows that it could count."""
    out: list[Hour] = []
    at = 0
    while at < len(words):
        word = words[at]
        if any(day.start <= at < day.end for day in named):
            at += 1
            continue
        if word in {"midnight", "mitternacht", "medianoche", "minuit", "mezzanotte"}:
            out.append(Hour(at, at + 1, 0, 0, "24"))
        elif word in {"noon", "midday", "mittag", "mediodia", "midi", "mezzogiorno"}:
            out.append(Hour(at, at + 1, 12, 0, "24"))
        elif (word.isdigit() and len(word) <= 2 and int(word) <= 24) or word in NUMBERS:
            hour, minute, end, half = (int(word) if word.isdigit() else NUMBERS[word]), 0, at + 1, ""
            if (
                end + 1 < len(words)
                and words[end] in {":", ".", "h"}
                and words[end + 1].isdigit()
                and len(words[end + 1]) == 2
                and int(words[end + 1]) < 60
            ):
                minute, end = int(words[end + 1]), end + 2
                half = "24" if hour > 12 or (word.startswith("0") and len(word) == 2) else ""
                bare = False
            else:
                bare = True
            tail = words[end : end + 4]
            if tail and tail[0] in {"am", "pm"}:
                half, end, bare = tail[0], end + 1, False
            elif tail and tail[0] in {"a", "p"} and len(tail) > 1 and tail[1] in {"m", "."}:
                half, bare = tail[0] + "m", False
                end += 2 if tail[1] == "m" else (3 if len(tail) > 2 and tail[2] == "m" else 2)
            elif tail and tail[0] in {"o'clock", "oclock", "uhr", "h", "heures", "uur", "horas"}:
                end, bare = end + 1, False
                if tail[0] in {"uhr", "h", "heures", "uur", "horas"}:
                    half = "24" if hour > 12 or tail[0] in {"h", "heures"} else ""
            if end < len(words) and words[end] in {"tonight", "evening", "abends", "noche"} and not half:
                half = "pm"
            elif (
                end + 2 < len(words)
                and tuple(words[end : end + 2]) in {("in", "the"), ("at", "night"), ("de", "la")}
                and not half
            ):
                half = (
                    "pm"
                    if words[end + 1] == "night" or words[end + 2] in {"evening", "afternoon", "noche", "tarde"}
                    else "am"
                )
            if hour > 12:
                half = "24"
            if half in {"am", "pm"} and hour > 12:
                half = "24"
            out.append(Hour(at, end, hour, minute, half if not bare else (half or "bare")))
            at = end
            continue
        at += 1
    return [one for one in out if one.half != "bare" or (one.hour <= 12 and _stands_alone(words, one.end))]


ALONE = frozenset(
    "tonight today sharp and or on this to until till in instead for so election tuesday , : ) ( - – — & | !".split()
)


def _stands_alone(words: Sequence[str], end: int) -> bool:
    """Whether a bare number is followed by nothing that it could count."""
    return end >= len(words) or words[end] in ALONE
