"""The closed lists of the Commission's transparency database, version 2 of its interface (read November 2026).

Source: the interface's public documentation, resources/markdown/api-documentation-two.md of the database's repository.
Only the names are carried over; they are the interface.
"""

from __future__ import annotations

__all__ = [
    "ACCOUNTS", "ACCOUNT_TYPES", "AUTOMATED", "CATEGORIES", "CONTENT_TYPES", "COUNTRIES", "EUROPEAN_UNION", "GROUNDS",
    "KEYWORDS", "LANGUAGES", "MONETARIES", "PROVISIONS", "SOURCES", "VISIBILITIES",
]  # fmt: skip


def named(prefix: str, words: str) -> frozenset[str]:
    """Each word under its prefix, in capitals."""
    return frozenset(f"{prefix}_{word.upper()}" for word in words.split())


VISIBILITIES = named(
    "DECISION_VISIBILITY",
    "content_removed content_disabled content_demoted content_age_restricted content_interaction_restricted "
    "content_labelled other",
)
MONETARIES = named("DECISION_MONETARY", "suspension termination other")
PROVISIONS = named("DECISION_PROVISION", "partial_suspension total_suspension partial_termination total_termination")
ACCOUNTS = named("DECISION_ACCOUNT", "suspended terminated")
ACCOUNT_TYPES = named("ACCOUNT_TYPE", "business private")
GROUNDS = named("DECISION_GROUND", "illegal_content incompatible_content")
CONTENT_TYPES = named("CONTENT_TYPE", "app audio image product synthetic_media text video other")
CATEGORIES = named(
    "STATEMENT_CATEGORY",
    "animal_welfare consumer_information cyber_violence cyber_violence_against_women data_protection_and_privacy_violations "
    "illegal_or_harmful_speech intellectual_property_infringements negative_effects_on_civic_discourse_or_elections "
    "not_specified_notice other_violation_tc protection_of_minors risk_for_public_security scams_and_fraud self_harm "
    "unsafe_and_prohibited_products violence",
)
KEYWORDS = named(
    "KEYWORD",
    "animal_harm adult_sexual_material age_specific_restrictions age_specific_restrictions_minors biometric_data_breach "
    "bullying_against_girls child_sexual_abuse_material child_sexual_abuse_material_deepfake content_promoting_eating_disorders "
    "coordinated_harm copyright_infringement cyber_bullying_intimidation cyber_harassment cyber_harassment_against_women "
    "cyber_incitement cyber_stalking cyber_stalking_against_women data_falsification defamation design_infringement "
    "discrimination misinformation_disinformation female_gendered_disinformation geographic_indications_infringement "
    "geographical_requirements goods_services_not_permitted grooming_sexual_enticement_minors hate_speech hidden_advertisement "
    "human_exploitation human_trafficking illegal_organizations impersonation_account_hijacking inauthentic_accounts "
    "inauthentic_listings inauthentic_user_reviews incitement_against_women incitement_violence_hatred "
    "insufficient_information_on_traders language_requirements misleading_info_consumer_rights misleading_info_goods_services "
    "missing_processing_ground non_consensual_image_sharing non_consensual_image_sharing_against_women "
    "non_consensual_material_deepfake non_consensual_material_deepfake_against_women noncompliance_pricing nudity "
    "patent_infringement phishing prohibited_products pyramid_schemes right_to_be_forgotten risk_environmental_damage "
    "risk_public_health self_mutilation stalking suicide terrorist_content trade_secret_infringement trademark_infringement "
    "trafficking_women_girls unlawful_sale_animals unsafe_challenges unsafe_products violation_eu_law violation_national_law other",
)
SOURCES = frozenset(
    {"SOURCE_ARTICLE_16", "SOURCE_TRUSTED_FLAGGER", "SOURCE_TYPE_OTHER_NOTIFICATION", "SOURCE_VOLUNTARY"}
)
AUTOMATED = named("AUTOMATED_DECISION", "fully partially not_automated")

EUROPEAN_UNION = tuple("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
COUNTRIES = frozenset({*EUROPEAN_UNION, "IS", "LI", "NO"})  # and the rest of the European Economic Area

# ISO 639-1.
LANGUAGES = frozenset(
    "AA AB AE AF AK AM AN AR AS AV AY AZ BA BE BG BH BI BM BN BO BR BS CA CE CH CO CR CS CU CV CY DA DE DV DZ EE EL EN EO ES ET "
    "EU FA FF FI FJ FO FR FY GA GD GL GN GU GV HA HE HI HO HR HT HU HY HZ IA ID IE IG II IK IO IS IT IU JA JV KA KG KI KJ KK KL "
    "KM KN KO KR KS KU KV KW KY LA LB LG LI LN LO LT LU LV MG MH MI MK ML MN MR MS MT MY NA NB ND NE NG NL NN NO NR NV NY OC OJ "
    "OM OR OS PA PI PL PS PT QU RM RN RO RU RW SA SC SD SE SG SI SK SL SM SN SO SQ SR SS ST SU SV SW TA TE TG TH TI TK TL TN TO "
    "TR TS TT TW TY UG UK UR UZ VE VI VO WA WO XH YI YO ZA ZH ZU".split()
)
