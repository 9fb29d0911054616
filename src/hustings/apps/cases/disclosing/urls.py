"""Addresses of disclosures, redactions, legal process and hearings."""

from __future__ import annotations

from django.urls import path

from hustings.apps.cases.disclosing.pages import hearings, legal, redaction, register, shown

urlpatterns = [
    path("appeals/<str:code>/evidence/<int:number>/", shown.opened, name="enforcement-evidence"),
    path("plans/<uuid:key>/shown/", shown.of_plan, name="plan-shown"),
    path("disclosures/", register.disclosures, name="disclosures"),
    path("disclosures/<uuid:key>/", register.disclosure, name="disclosure"),
    path("disclosures/<uuid:key>/say/<slug:what>/", register.say_of_disclosure, name="say-of-disclosure"),
    path("disclosures/about/<slug:thing>/<str:key>/", register.about, name="disclosed-about"),
    path("cases/<uuid:key>/disclosures/", register.of_case, name="case-disclosures"),
    path("cases/evidence/<uuid:key>/redact/", redaction.redact, name="redact-evidence"),
    path("legal/", legal.processes, name="legal-processes"),
    path("legal/<uuid:key>/", legal.process, name="legal-process"),
    path("legal/<uuid:key>/do/<slug:what>/", legal.do, name="legal-do"),
    path("legal/<uuid:key>/answer/", legal.answer, name="legal-answer"),
    path("cases/<uuid:key>/legal/", legal.of_case, name="case-legal"),
    path("cases/<uuid:key>/hearings/", hearings.of_case, name="case-hearings"),
    path("hearings/<uuid:key>/", hearings.hearing, name="hearing"),
    path("hearings/<uuid:key>/book.csv", hearings.as_csv, name="hearing-csv"),
    path("hearings/<uuid:key>/book.html", hearings.as_page, name="hearing-page"),
    path("hearings/questions/<uuid:key>/", hearings.question, name="hearing-question"),
    path("hearings/questions/<uuid:key>/say/<slug:what>/", hearings.say_of_question, name="say-of-question"),
]
