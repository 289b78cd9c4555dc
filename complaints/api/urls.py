"""Addresses of the HTTP interface (docs/http-interface.md)."""

from django.urls import path, re_path, register_converter

from complaints.api.moves import MOVES
from complaints.api.views import (
    approvals,
    callbacks,
    complaints,
    converse,
    customers,
    moves,
    nothing,
    organisation,
    settings,
    sla,
    tables,
    tasks,
    users,
)


class Number:
    """A complaint's number, such as RD-10001."""

    regex = "[A-Za-z0-9-]{1,24}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Id:
    """The id of a row, with no more digits than an id can have."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(Number, "number")
register_converter(Id, "id")

app_name = "api"
one = "complaints/<number:number>/"
urlpatterns = [
    path("complaints/", complaints.Complaints.as_view(), name="complaints"),
    path(one, complaints.OneComplaint.as_view(), name="complaint"),
    path(f"{one}messages/", converse.Messages.as_view(), name="messages"),
    path(f"{one}timeline/", converse.Timeline.as_view(), name="timeline"),
    path(f"{one}attachments/", converse.Attachments.as_view(), name="attachments"),
    path(f"{one}attachments/<id:pk>/", converse.AttachmentContent.as_view(), name="attachment"),
    path(f"{one}tasks/", tasks.ComplaintTasks.as_view(), name="complaint-tasks"),
    path(f"{one}claims/<id:claim>/", moves.SettleClaim.as_view(), name="claim"),
    path(f"{one}remedies/<id:option>/accept/", moves.AcceptOption.as_view(), name="accept"),
    path(f"{one}remedies/<id:option>/reject/", moves.RejectOption.as_view(), name="reject"),
    *(path(f"{one}{name}/", moves.move_view(row), name=f"move-{name}") for name, row in MOVES.items()),
    path("tasks/", tasks.Tasks.as_view(), name="tasks"),
    path("tasks/<id:pk>/accept/", tasks.AcceptTask.as_view(), name="task-accept"),
    path("tasks/<id:pk>/done/", tasks.FinishTask.as_view(), name="task-done"),
    path("tasks/<id:pk>/reject-back/", tasks.RejectBackTask.as_view(), name="task-reject-back"),
    path("tasks/<id:pk>/cancel/", tasks.CancelTask.as_view(), name="task-cancel"),
    path("approvals/", approvals.Approvals.as_view(), name="approvals"),
    path("approvals/<id:pk>/approve/", approvals.Approve.as_view(), name="approval-approve"),
    path("approvals/<id:pk>/reject/", approvals.Reject.as_view(), name="approval-reject"),
    path("approvals/<id:pk>/withdraw/", approvals.WithdrawRequest.as_view(), name="approval-withdraw"),
    path("callbacks/", callbacks.Callbacks.as_view(), name="callbacks"),
    path("customers/", customers.Customers.as_view(), name="customers"),
    path("customers/<id:pk>/", customers.OneCustomer.as_view(), name="customer"),
    path("customers/<id:pk>/history/", customers.CustomerHistory.as_view(), name="customer-history"),
    path("categories/", organisation.Categories.as_view(), name="categories"),
    path("categories/<number:code>/", organisation.OneCategory.as_view(), name="category"),
    path("teams/", organisation.Teams.as_view(), name="teams"),
    path("teams/<number:code>/", organisation.OneTeam.as_view(), name="team"),
    path("remedies/", organisation.Remedies.as_view(), name="remedies"),
    path("remedies/<number:code>/", organisation.OneRemedy.as_view(), name="remedy"),
    path("users/me/", tables.Me.as_view(), name="me"),
    path("users/", users.People.as_view(), name="users"),
    path("users/<str:username>/", users.OnePerson.as_view(), name="user"),
    path("users/<str:username>/deactivate/", users.Deactivate.as_view(), name="user-deactivate"),
    path("users/<str:username>/invite/", users.Invite.as_view(), name="user-invite"),
    path("sla/policies/", sla.Policies.as_view(), name="policies"),
    path("sla/calendars/", sla.Calendars.as_view(), name="calendars"),
    path("settings/changes/", settings.SettingsChanges.as_view(), name="settings-changes"),
    path("triage/preview/", tables.TriagePreview.as_view(), name="triage-preview"),
    re_path(r"", nothing.Nothing.as_view(), name="nothing"),
]
