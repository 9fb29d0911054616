"""The tables of elections."""

from hustings.apps.elections.models.assessment import Assessment, AssessmentActor, AssessmentApproval, AssessmentVersion
from hustings.apps.elections.models.election import Claim, Election, Followed, VotingRule
from hustings.apps.elections.models.load import Load, LoadFault
from hustings.apps.elections.models.red_team import RedTeamTrial
from hustings.apps.elections.models.room import (
    Contact,
    ContactCheck,
    Incident,
    IncidentLine,
    RoomLine,
    Shift,
    Situation,
)
from hustings.apps.elections.models.searching import Search, StandingSearch
from hustings.apps.elections.models.watch import Task, TaskMove, TierJudgement, Watch

__all__ = [
    "Assessment", "AssessmentActor", "AssessmentApproval", "AssessmentVersion", "Claim", "Contact", "ContactCheck", "Election", "Followed",
    "Incident", "IncidentLine", "Load", "LoadFault", "RedTeamTrial", "RoomLine", "Search", "Shift", "Situation", "StandingSearch", "Task", "TaskMove", "TierJudgement", "VotingRule",
    "Watch",
]  # fmt: skip
