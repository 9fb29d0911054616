"""A kind of subject that web processes of tests can review: leaflets, which go nowhere."""

from django.apps import AppConfig


class Leaflets(AppConfig):
    name = "leaflets"

    def ready(self):
        from hustings.apps.review.registry import HANDLERS, Handler

        HANDLERS["leaflet"] = Handler(
            decided=lambda *_: None, undone=lambda *_: None, card="review/card.html", reasons="ads at the door"
        )
