"""Assignments, offers, help, rosters and capacity, plans of a day, the policy, rules of giving."""

from dispatch.models.assignment import Assignment
from dispatch.models.capacity import CapacityLimit
from dispatch.models.contractor import ContractorLink
from dispatch.models.demand import DemandDay, DemandNight, DemandSeries
from dispatch.models.help import HelpRequest, HelpRule
from dispatch.models.leave import LeaveRequest, RosterWish
from dispatch.models.offer import JobOffer, OfferRecipient
from dispatch.models.plan import PlanRun
from dispatch.models.plan_part import PlanPart
from dispatch.models.planned_visit import PlannedVisit
from dispatch.models.policy import DispatchPolicy, PolicyPreview, Preset
from dispatch.models.rewards import RewardChoice
from dispatch.models.road_pace import RoadPace
from dispatch.models.roster import RosterRule, ShiftPattern
from dispatch.models.roster_change import RosterChange
from dispatch.models.roster_week import RosterShift, RosterWeek
from dispatch.models.slot_hold import SlotHold
from dispatch.models.support import SupportRequest, SupportRule
from dispatch.models.ways import (
    AssignmentRule,
    AssignmentRun,
    AssignmentSeason,
    PointEntry,
    PoolRule,
)

__all__ = [
    "Assignment",
    "AssignmentRule",
    "AssignmentRun",
    "AssignmentSeason",
    "CapacityLimit",
    "ContractorLink",
    "DemandDay",
    "DemandNight",
    "DemandSeries",
    "DispatchPolicy",
    "HelpRequest",
    "HelpRule",
    "JobOffer",
    "LeaveRequest",
    "OfferRecipient",
    "PlanPart",
    "PlanRun",
    "PlannedVisit",
    "PointEntry",
    "PolicyPreview",
    "PoolRule",
    "Preset",
    "RewardChoice",
    "RoadPace",
    "RosterChange",
    "RosterRule",
    "RosterShift",
    "RosterWeek",
    "RosterWish",
    "ShiftPattern",
    "SlotHold",
    "SupportRequest",
    "SupportRule",
]
