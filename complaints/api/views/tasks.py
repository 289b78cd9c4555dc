"""Tasks: work requested from other teams."""

from collections.abc import Callable
from typing import Any

from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import paging
from complaints.api.bodies import Body, Given, carry_out
from complaints.api.bodies_moves import Nothing
from complaints.api.doors import Door
from complaints.api.fields import Moment, PersonIn, TeamIn, Text, YesNo, identifier
from complaints.api.queries import Query, read_query
from complaints.api.schema import changes, listed, reads
from complaints.api.shapes import each
from complaints.lifecycle.remedies import carry_out as steps
from complaints.models import Complaint, Task
from complaints.reads import task_lists
from complaints.rights import access, duties

TAG = "tasks"


class TaskBody(Body):
    title = Text(200, required=True)
    team = TeamIn(required=True)
    owner = PersonIn()
    due_at = Moment()
    blocking = YesNo(required=False, default=True)
    shared = YesNo(required=False, default=False, help_text="Whether the customer sees it.")
    after = identifier(required=False, allow_null=True, help_text="A task that must end first.")


class TaskDoneBody(Body):
    evidence = Text(1000)
    note = Text(1000)


class TaskReasonBody(Body):
    reason = Text(1000, required=True)


class TaskOut(serializers.Serializer[Task]):
    id = serializers.IntegerField(read_only=True)
    title = serializers.CharField(source="label", read_only=True)
    state = serializers.ChoiceField(choices=Task.State.values, read_only=True)
    team = serializers.CharField(source="team.code", read_only=True)
    owner = serializers.CharField(source="owner.username", allow_null=True, default=None, read_only=True)
    due_at = serializers.DateTimeField(allow_null=True, read_only=True)
    blocking = serializers.BooleanField(read_only=True)
    shared = serializers.BooleanField(read_only=True)
    complaint = serializers.CharField(source="complaint.number", read_only=True)
    after = serializers.IntegerField(source="after_id", allow_null=True, read_only=True)
    evidence = serializers.CharField(read_only=True)
    note = serializers.CharField(read_only=True)
    reason = serializers.CharField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    finished_at = serializers.DateTimeField(allow_null=True, read_only=True)


PARTS = ("complaint", "team", "owner", *task_lists.TASK_PARTS)


def show(task: Task) -> dict[str, Any]:
    return dict(TaskOut(Task.objects.select_related(*PARTS).get(pk=task.pk)).data)


class ComplaintTasks(Door):
    @reads(
        listed(TaskOut, "ComplaintTask"),
        says="The tasks of a complaint, oldest first.",
        name="complaint_tasks_list",
        tag=TAG,
        paged=True,
    )
    def get(self, request: Request, number: str) -> Response:
        tasks = Task.objects.filter(complaint=self.complaint(number)).select_related(*PARTS)
        return paging.answer(request, tasks, [paging.Part()], each(TaskOut))

    @changes(
        TaskBody,
        {201: TaskOut},
        says="Ask a team for work. A blocking task holds up the resolution.",
        name="complaint_tasks_add",
        tag=TAG,
    )
    def post(self, request: Request, number: str) -> Response:
        return self.once(lambda: self._add(number))

    def _add(self, number: str) -> Response:
        complaint, given = self.complaint(number), self.read(TaskBody)
        task = carry_out(given, lambda: self._step(complaint, given))
        return Response(show(task), status=status.HTTP_201_CREATED)

    def _step(self, complaint: Complaint, given: Given) -> Task:
        return steps.add_task(
            complaint,
            title=given["title"],
            team=given["team"],
            owner=given["owner"],
            due_at=given["due_at"],
            blocking=given["blocking"] is not False,
            after=given["after"],
            shared=bool(given["shared"]),
            **self.who,
        )


class TaskQuery(Query):
    state = serializers.ChoiceField(choices=Task.State.values, required=False)


class Tasks(Door):
    roles = duties.WORK_ON_TASKS

    @reads(
        listed(TaskOut, "Task"),
        says="The tasks of the caller's teams, without any data of the customer.",
        name="tasks_list",
        tag=TAG,
        parameters=[TaskQuery],
        paged=True,
    )
    def get(self, request: Request) -> Response:
        self.require_role()
        asked = read_query(request, TaskQuery)
        tasks = access.tasks_for(self.caller).select_related(*PARTS).filter(**asked)
        return paging.answer(request, tasks, [paging.Part()], each(TaskOut))


Step = Callable[[Task, Given, dict[str, Any]], Task]


class TaskDoor(Door):
    def make(self, pk: int, body: type[Body], step: Step) -> Response:
        return self.once(lambda: self._make(pk, body, step))

    def _make(self, pk: int, body: type[Body], step: Step) -> Response:
        task, given = access.get_task_for(self.caller, pk), self.read(body)
        carry_out(given, lambda: step(task, given, self.who))
        return Response(show(task))


class AcceptTask(TaskDoor):
    @changes(Nothing, {200: TaskOut}, says="Accept a task.", name="tasks_accept", tag=TAG)
    def post(self, request: Request, pk: int) -> Response:
        return self.make(pk, Nothing, lambda task, given, who: steps.accept_task(task, **who))


class FinishTask(TaskDoor):
    @changes(
        TaskDoneBody,
        {200: TaskOut},
        says="Mark a task as done. A remedy needs evidence.",
        name="tasks_done",
        tag=TAG,
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.make(
            pk,
            TaskDoneBody,
            lambda task, given, who: steps.finish_task(
                task, evidence=given["evidence"], note=given["note"], **who
            ),
        )


class RejectBackTask(TaskDoor):
    @changes(TaskReasonBody, {200: TaskOut}, says="Send a task back.", name="tasks_reject_back", tag=TAG)
    def post(self, request: Request, pk: int) -> Response:
        return self.make(
            pk,
            TaskReasonBody,
            lambda task, given, who: steps.reject_back_task(task, reason=given["reason"], **who),
        )


class CancelTask(TaskDoor):
    @changes(
        TaskReasonBody,
        {200: TaskOut},
        says="Cancel a task that is no longer needed.",
        name="tasks_cancel",
        tag=TAG,
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.make(
            pk,
            TaskReasonBody,
            lambda task, given, who: steps.cancel_task(task, reason=given["reason"], **who),
        )
