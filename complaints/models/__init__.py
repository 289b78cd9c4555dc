"""The models of the complaints app, one file per subject."""

from complaints.models.approval import Approval, ApprovalKind, ApprovalLevel, ApprovalState, ApprovalVote
from complaints.models.attachment import Attachment
from complaints.models.calendar import ALWAYS_CODE, Calendar, CalendarVersion, DayKind, DaySource
from complaints.models.callback import AttemptResult, Callback, CallbackAttempt
from complaints.models.clock import (
    BreachEscalation,
    Clock,
    ClockEnd,
    ClockKind,
    ClockPause,
    ClockState,
    Effect,
)
from complaints.models.complaint import Claim, Complaint, Participant, ParticipantRole, RiskFlag, Submission
from complaints.models.customer import Customer
from complaints.models.event import ActorKind, Direction, Event, EventText, Message, Purpose
from complaints.models.handling import (
    Assessment,
    CustomerState,
    Diagnosis,
    Handling,
    Nature,
    ProblemType,
    Responsibility,
    Wait,
)
from complaints.models.idempotency import KeptAnswer, SentForm
from complaints.models.merge import Merge
from complaints.models.organisation import (
    AuthorityGrade,
    AuthorityKindLimit,
    AuthorityLimit,
    Category,
    ChecklistItem,
    ChecklistTick,
    Playbook,
    PlaybookStep,
    Remedy,
    RoutingRule,
    SeverityMatrix,
)
from complaints.models.outbox import UNSENT, Outbox, OutboxChannel, OutboxState
from complaints.models.pack import PackReceipt, PackUnit, StatutoryPack
from complaints.models.plan import Plan, PlanOption, PlanState, Task
from complaints.models.policy import Policy, PolicyRule
from complaints.models.portal import CustomerEntry, PortalCode, PortalLink
from complaints.models.promise import Promise, PromiseState
from complaints.models.retarget import RetargetJob, RetargetRange
from complaints.models.review import FishboneBranch, ImprovementAction, Review, ReviewForm, Scope
from complaints.models.search import SearchDocument
from complaints.models.setup import OrganisationSettings, SetupCode
from complaints.models.squad import Squad, SquadMember, SquadSeat

__all__ = [
    "ALWAYS_CODE",
    "UNSENT",
    "ActorKind",
    "Approval",
    "ApprovalKind",
    "ApprovalLevel",
    "ApprovalState",
    "ApprovalVote",
    "Assessment",
    "Attachment",
    "AttemptResult",
    "AuthorityGrade",
    "AuthorityKindLimit",
    "AuthorityLimit",
    "BreachEscalation",
    "Calendar",
    "CalendarVersion",
    "Callback",
    "CallbackAttempt",
    "Category",
    "ChecklistItem",
    "ChecklistTick",
    "Claim",
    "Clock",
    "ClockEnd",
    "ClockKind",
    "ClockPause",
    "ClockState",
    "Complaint",
    "Customer",
    "CustomerEntry",
    "CustomerState",
    "DayKind",
    "DaySource",
    "Diagnosis",
    "Direction",
    "Effect",
    "Event",
    "EventText",
    "FishboneBranch",
    "Handling",
    "ImprovementAction",
    "KeptAnswer",
    "Merge",
    "Message",
    "Nature",
    "OrganisationSettings",
    "Outbox",
    "OutboxChannel",
    "OutboxState",
    "PackReceipt",
    "PackUnit",
    "Participant",
    "ParticipantRole",
    "Plan",
    "PlanOption",
    "PlanState",
    "Playbook",
    "PlaybookStep",
    "Policy",
    "PolicyRule",
    "PortalCode",
    "PortalLink",
    "ProblemType",
    "Promise",
    "PromiseState",
    "Purpose",
    "Remedy",
    "Responsibility",
    "RetargetJob",
    "RetargetRange",
    "Review",
    "ReviewForm",
    "RiskFlag",
    "RoutingRule",
    "Scope",
    "SearchDocument",
    "SentForm",
    "SetupCode",
    "SeverityMatrix",
    "Squad",
    "SquadMember",
    "SquadSeat",
    "StatutoryPack",
    "Submission",
    "Task",
    "Wait",
]
