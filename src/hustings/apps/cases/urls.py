"""Addresses of leads, cases, campaigns and evidence."""

from __future__ import annotations

from django.urls import include, path

from hustings.apps.cases.factchecks import pages as fact_checks
from hustings.apps.cases.pages import campaigns, case, evidence, gatherings, known, leads, plans, reach, standing, whole

urlpatterns = [
    path("leads/", leads.leads, name="leads"),
    path("leads/record/", leads.record, name="record-lead"),
    path("fact-checks/", fact_checks.fact_checks, name="fact-checks"),
    path("fact-checks/<slug:what>/", fact_checks.load_or_look, name="fact-checks-do"),
    path("leads/<uuid:key>/", leads.lead, name="lead"),
    path("leads/<uuid:key>/dispose/", leads.dispose, name="dispose-lead"),
    path("cases/", case.cases, name="cases"),
    path("cases/open/", case.open_case, name="open-case"),
    path("cases/<uuid:key>/", case.case, name="case"),
    path("cases/<uuid:key>/network/", whole.network, name="case-network"),
    path("cases/<uuid:key>/network/network.json", whole.network_json, name="case-network-json"),
    path("cases/<uuid:key>/network/actors/<int:number>/", whole.thing, name="case-thing"),
    path("cases/<uuid:key>/timeline/", whole.timeline, name="case-timeline"),
    path("cases/<uuid:key>/map/", whole.places, name="case-map"),
    path("cases/<uuid:key>/reach/", reach.case_reach, name="case-reach"),
    path("campaigns/<uuid:key>/reach/", reach.campaign_reach, name="campaign-reach"),
    path("campaigns/<uuid:key>/impact/", reach.impact, name="campaign-impact"),
    path("campaigns/<uuid:key>/impact/<slug:what>/", reach.say_of_impact, name="say-of-impact"),
    path("cases/<uuid:key>/everything/", whole.everything, name="case-everything"),
    path("cases/<uuid:key>/beneath/<slug:what>/<uuid:statement>/", whole.beneath, name="beneath"),
    path("cases/<uuid:key>/standing/", standing.standing, name="case-standing"),
    path("cases/<uuid:key>/standing/<slug:what>/", standing.do, name="do-standing"),
    path("cases/<uuid:key>/add/<slug:what>/", case.add, name="add-to-case"),
    path("cases/<uuid:key>/move/", case.move, name="move-case"),
    path("cases/<uuid:key>/evidence/", evidence.seal, name="seal-evidence"),
    path("cases/<uuid:key>/capture/", evidence.capture_address, name="capture-address"),
    path("cases/<uuid:key>/package/", evidence.pack, name="pack-evidence"),
    path("cases/evidence/<uuid:key>/", evidence.evidence, name="evidence"),
    path("cases/evidence/<uuid:key>/open/", evidence.open_evidence, name="open-evidence"),
    path("cases/<uuid:key>/gatherings/", gatherings.gatherings, name="gatherings"),
    path("cases/<uuid:key>/gatherings/add/<slug:what>/", gatherings.add, name="add-gatherings"),
    path("cases/gatherings/<uuid:key>/", gatherings.gathering, name="gathering"),
    path("cases/gatherings/<uuid:key>/say/<slug:what>/", gatherings.say_of_gathering, name="say-of-gathering"),
    path("known-actors/", known.known_actors, name="known-actors"),
    path("known-actors/make/", known.make_profile, name="make-profile"),
    path("known-actors/<uuid:key>/", known.known_actor, name="known-actor"),
    path("known-actors/<uuid:key>/say/<slug:what>/", known.say_of_actor, name="say-of-actor"),
    path("campaigns/<uuid:key>/", campaigns.campaign, name="campaign"),
    path("campaigns/<uuid:key>/say/<slug:what>/", campaigns.say_of_campaign, name="say-of-campaign"),
    path("campaigns/<uuid:key>/plans/", plans.of_campaign, name="campaign-plans"),
    path("cases/<uuid:key>/plans/", plans.of_case, name="case-plans"),
    path("plans/<uuid:key>/", plans.plan, name="plan"),
    path("plans/<uuid:key>/move/", plans.move, name="move-plan"),
    path("plans/<uuid:key>/do/<slug:what>/", plans.answer, name="plan-do"),
    path("plans/<uuid:key>/orders.jsonl", plans.orders, name="plan-orders"),
    path("plans/<uuid:key>/statements/<int:number>.json", plans.statements, name="plan-statements"),
    path("appeals/<str:code>/", plans.appeal, name="enforcement-appeal"),
    path("", include("hustings.apps.cases.disclosing.urls")),
]
