"""How far a campaign broke out: what was seen, judged by a named person in one of six categories; never what it did to votes."""
