"""Shop orders, and the work orders their service lines open."""

from workorders.models.charge import Bearer, ChargeCode, ChargeTariff, ChargeTerm, ExtraCharge
from workorders.models.crew import ChosenShare, CrewMember
from workorders.models.example import ExamplePicture
from workorders.models.flow import FlowDraft, FlowDraftChange, FlowMove, FlowSwitch, FlowVersion
from workorders.models.imports import OrderImport
from workorders.models.late import LateEntry
from workorders.models.notice import InstallerNotice
from workorders.models.order import WorkOrder, WorkOrderCounter
from workorders.models.report import ReportPrint, ServiceReport
from workorders.models.request import RequestPhoto, RequestRule
from workorders.models.shop import ShopOrder, ShopOrderLine
from workorders.models.stage import (
    CustomerQuestion,
    ExpectedMaterial,
    FiredAction,
    FiredTrigger,
    FormAnswers,
    StaffNotice,
    StageApproval,
    StageStay,
    StageTask,
)
from workorders.models.timeline import SavedFilter, TimelineEvent
from workorders.models.told import CustomerTold
from workorders.models.visit import (
    Appointment,
    BusinessHours,
    CheckIn,
    FollowUp,
    RedemptionCode,
    SiteFact,
    SiteRule,
)
from workorders.models.work import Evidence, MaterialUsed, Signature, StepDone

__all__ = [
    "Appointment",
    "Bearer",
    "BusinessHours",
    "ChargeCode",
    "ChargeTariff",
    "ChargeTerm",
    "CheckIn",
    "ChosenShare",
    "CrewMember",
    "CustomerQuestion",
    "CustomerTold",
    "Evidence",
    "ExamplePicture",
    "ExpectedMaterial",
    "ExtraCharge",
    "FiredAction",
    "FiredTrigger",
    "FlowDraft",
    "FlowDraftChange",
    "FlowMove",
    "FlowSwitch",
    "FlowVersion",
    "FollowUp",
    "FormAnswers",
    "InstallerNotice",
    "LateEntry",
    "MaterialUsed",
    "OrderImport",
    "RedemptionCode",
    "ReportPrint",
    "RequestPhoto",
    "RequestRule",
    "SavedFilter",
    "ServiceReport",
    "ShopOrder",
    "ShopOrderLine",
    "Signature",
    "SiteFact",
    "SiteRule",
    "StaffNotice",
    "StageApproval",
    "StageStay",
    "StageTask",
    "StepDone",
    "TimelineEvent",
    "WorkOrder",
    "WorkOrderCounter",
]
