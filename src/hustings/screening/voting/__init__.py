"""What an ad says about voting: claims parsed from its sentences, held against the calendar of its election."""

__all__ = ["voting_hits"]

from hustings.screening.voting.claims import voting_hits
