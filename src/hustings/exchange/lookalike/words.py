"""Words that imitators put beside a name: of elections, offices, campaigns and sign-in pages, in several languages."""

from __future__ import annotations

__all__ = ["ENDINGS", "STARTS", "WORDS", "parted"]

from functools import lru_cache

# Folded: no accents. One row per language or trade.
WORDS = frozenset(
    """
    vote votes voter voters voting election elections elect reelect ballot ballots poll polls polling primary runoff
    register registration registrar results result candidate candidates campaign committee party official officials
    office real the team friends for of by with my our your get go new info news media press live today tv blog
    secure security login signin logon account accounts verify verification verified update support help helpdesk
    service services portal online web website site page home app mobile mail email webmail cloud sso auth access
    admin staff member members donate donation donations give shop store store pay payment billing join volunteer
    county city state town gov government senate senator congress house president presidential governor mayor
    confirm notice alert alerts center centre check status download docs files free win 2020 2021 2022 2023 2024 2025
    2026 2027 2028 2029 2030 24 365 usa us uk eu
    wahl wahlen wahlamt wahlen waehlen stimme stimmzettel briefwahl kandidat partei offiziell amt echt anmelden anmeldung
    konto sicher sicherheit spende spenden buergermeister landtag bundestag regierung und fuer ergebnis ergebnisse
    voter elections electeur scrutin bulletin candidat officiel officielle parti mairie campagne compte connexion
    securite securise don dons resultats pour le la les
    voto votar votacion eleccion elecciones votante candidato candidata oficial partido campana cuenta seguro seguridad
    iniciar sesion gobierno resultados donar para el los
    votazione elezione elezioni candidato ufficiale partito campagna sicuro accesso conto governo risultati per il
    voto votar eleicao eleicoes candidata candidato oficial partido conta segura governo resultados
    wybory glosuj glosowanie kandydat oficjalny oficjalna partia konto logowanie wyniki dla
    verkiezing verkiezingen stem stemmen kandidaat officieel partij veilig inloggen uitslag voor
    val valet rosta kandidat officiell parti saker resultat
    vybory golos golosovanie kandidat oficialny partiya
    secim oy aday resmi parti
    """.split()
)
# Stand before and after the dots of a real address.
STARTS = ("www", "ww", "wwww", "web", "http", "https", "m")
ENDINGS = frozenset("com org net gov edu info biz co eu de fr uk us io mil int couk govuk orguk gouvfr gobmx".split())
FEWEST = 3
LONGEST = max(map(len, WORDS))


@lru_cache(maxsize=1 << 14)
def parted(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What is left of a plain word when words of the list are taken from its ends, at most two; with those taken.

    Edges   hyphens, dots and underscores at the cuts go; what is left has at least three letters
    """
    found: dict[str, tuple[str, ...]] = {}
    waiting: list[tuple[str, tuple[str, ...]]] = [(text, ())]
    while waiting:
        rest, taken = waiting.pop()
        for cut in range(1, min(len(rest) - FEWEST, LONGEST) + 1):
            for word, left in ((rest[:cut], rest[cut:]), (rest[-cut:], rest[:-cut])):
                if word not in WORDS:
                    continue
                left = left.strip("-._")
                if len(left) >= FEWEST and left not in found:
                    found[left] = (*taken, word)
                    if not taken:
                        waiting.append((left, found[left]))
    return tuple(sorted(found.items()))
