"""Which language a text is in, told by its commonest small words."""

__all__ = ["known_language", "language_of", "spoken"]

from collections.abc import Sequence

from hustings.screening.political.wording import wording

# Small words that are frequent in one language, folded (no accents). What several share counts for each.
SMALL = {
    "en": "the and to of is in for you your our we this that with on are be have it at from by will not as they their "
          "what who how all can has was an my his her more about out up do if it's don't i'm",
    "de": "der die das und ist nicht wir sie mit fur auf ein eine den dem im zu von es dass auch sich uns ihr aus bei "
          "wie ich werden wird haben hat sind zum zur oder als noch nur mehr heute jetzt du euch kann nach uber am um",
    "fi": "ja on ei se etta kun niin myos tai mutta ovat oli kuin joka nyt jos ole mita sen han me te ne tama taman "
          "vain mika miten hyva sita meidan olla voi mukaan paljon aina kanssa tanaan jo viela ihan sina",
    "it": "il lo la di che e un una per con non sono del della dei delle si al alla nel nella piu anche ci come questo "
          "questa gli le ha abbiamo da dal dalla sul ma noi cosa chi tutti oggi perche se e' mi",
    "nl": "de het een en van is niet dat op te met voor zijn er wij ze aan ook je jij naar om uit bij maar wordt hebben "
          "heeft nog wat hoe dit deze door als meer onze ons geen kan meer worden vandaag nu jouw jullie",
    "fr": "le la les des et est pour dans que qui une un pas vous nous sur avec ce cette du au aux plus sont votre notre "
          "ne se par mais ou nos vos c'est il elle je d'un d'une",
    "es": "el la los las de que y en un una por con para no es se del al lo mas su sus como esta este pero son nuestro "
          "nuestra todos ya muy si hay hoy",
    "pt": "o a os as de que e em um uma por com para nao se do da dos das no na mais seu sua como esta este mas sao "
          "nosso nossa todos ja muito voce hoje pelo pela",
    "pl": "i w na z do nie sie jest to ze o jak za po od dla przez co tak ale czy juz tylko przy sa byc jego jej nas "
          "dzisiaj ktory ktore",
    "sv": "och att det som en pa ar av for med den till inte har de ett om vi men var jag du sig fran kan vara eller "
          "alla nar idag",
    "da": "og at det er en til af som pa med den for de ikke har der et vi om men var jeg du sig fra kan vaere eller "
          "alle nar dag",
}  # fmt: skip
OF_WORD: dict[str, tuple[str, ...]] = {}
for _language, _words in SMALL.items():
    for _word in _words.split():
        OF_WORD[_word] = (*OF_WORD.get(_word, ()), _language)
FEWEST = 0.8
READ = 2_000  # characters of a text from which its language is told


def language_of(words: Sequence[str]) -> str | None:
    """The language whose small words are most of the text's; None where too few are there to tell."""
    counts: dict[str, float] = {}
    for word in words:
        of = OF_WORD.get(word, ())
        for language in of:
            counts[language] = counts.get(language, 0) + 1 / len(of)
    if not counts:
        return None
    best = max(sorted(counts), key=counts.__getitem__)
    return best if counts[best] >= FEWEST else None


def known_language(said: str | None) -> str | None:
    """The language of a tag such as en-AU or de_CH, small and alone; None for none and for "und"."""
    if not said or not said.strip():
        return None
    language = said.strip().replace("_", "-").split("-")[0].lower()
    return None if language in {"und", "zxx", "mul"} else language


def spoken(said: str | None, text: str) -> str | None:
    """The language of a text: the one it is said to be in, else the one its words tell; None where neither does.

    Limits   eleven languages are told; a text in two is given the one with more small words
    """
    return known_language(said) or language_of(wording(text[:READ]).words)
