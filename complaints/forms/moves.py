"""The forms of the moves behind “More”. Each has few fields; the step itself checks them."""

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.people import with_roles as people_with
from complaints.forms.base import StepForm
from complaints.forms.choices import labelled
from complaints.forms.resolve import moment_field
from complaints.lifecycle import thanks
from complaints.lifecycle.ending.conclude import outcomes_stated_by
from complaints.lifecycle.extend import EXTENDABLE
from complaints.models import Clock, ClockKind, Complaint, Direction, Event, Message, Promise
from complaints.rights import access, duties
from complaints.sla.statutory import duty
from complaints.terms.stages import Flag, Outcome, Stage
from ui.formats import full_moment

SHOWN = 5


def _words(label: Any, rows: int = 2) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.Textarea(attrs={"rows": rows}))


class MoveForm(StepForm):
    """A form that knows its complaint and its reader, because its choices depend on them."""

    def __init__(self, *args: Any, complaint: Complaint, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.complaint, self.reader = complaint, user
        self.auto_id = f"id_{type(self).__name__.lower()}_%s"
        self.fill()

    def fill(self) -> None:
        """Set the choices that depend on the complaint."""

    def choose_from(self, name: str, choices: list[tuple[Any, Any]], blank: Any) -> None:
        self.fields[name].choices = labelled(choices, blank)  # type: ignore[attr-defined]

    def data_for_step(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ReasonOnly(MoveForm):
    reason = _words(_("Reason"))


class NothingElse(MoveForm):
    pass


class AcknowledgeForm(MoveForm):
    optional = ("body",)
    body = _words(_("Your own text instead of the standard one"), 3)


class AskForm(MoveForm):
    question = _words(_("What do you ask the customer?"), 3)


class PromiseForm(MoveForm):
    text = forms.CharField(label=_("What do you promise?"), required=False)
    due_at = moment_field(_("By when?"))


class KeepForm(MoveForm):
    optional = ("note",)
    promise = forms.ChoiceField(label=_("Which promise?"), required=False, choices=[])
    note = forms.CharField(label=_("Note"), required=False)

    def fill(self) -> None:
        still = Promise.objects.filter(complaint=self.complaint, kept_at__isnull=True)
        self.choose_from("promise", [(p.pk, p.text[:60]) for p in still], _("choose one"))

    def data_for_step(self) -> dict[str, Any]:
        data = super().data_for_step()
        return {"promise_id": int(data["promise"] or 0), "note": data["note"]}


class ExtendForm(MoveForm):
    clock = forms.ChoiceField(label=_("Which deadline?"), required=False, choices=[])
    due_at = moment_field(_("New deadline"))
    reason = _words(_("Reason"))
    customer_told = forms.ChoiceField(label=_("Where was the customer told?"), required=False, choices=[])

    def fill(self) -> None:
        running = Clock.objects.live().filter(
            complaint=self.complaint, kind__in=EXTENDABLE, breached_at__isnull=True
        )
        # A deadline that an authority set cannot be extended by us.
        ours = running.exclude(kind=ClockKind.STATUTORY, subject_type="").select_related("calendar")
        steps = {c: duty.next_step(c) for c in ours if c.kind == ClockKind.STATUTORY}
        offered = {c.kind: c.get_kind_display() for c in ours if steps.get(c, True)}
        self.choose_from("clock", list(offered.items()), _("choose one"))
        if days := [step.count.day for step in steps.values() if step]:
            self.fields["due_at"].help_text = _("The statutory deadline moves to the end of %(day)s.") % {
                "day": date_format(days[0], "DATE_FORMAT")
            }
        told = Message.objects.filter(
            complaint=self.complaint, direction=Direction.OUT, by_person=True
        ).select_related("event__text")
        self.choose_from(
            "customer_told",
            [(m.pk, _told(m.event)) for m in told.order_by("-at")[:SHOWN]],
            _("choose a message or call"),
        )

    def data_for_step(self) -> dict[str, Any]:
        data = super().data_for_step()
        return data | {"customer_told": int(data["customer_told"] or 0)}


def _told(event: Event) -> str:
    return f"{full_moment(event.at)} {event.text.body[:40]}"


class ThanksForm(MoveForm):
    message = forms.ChoiceField(label=_("Which message says nothing but thanks?"), required=False, choices=[])

    def fill(self) -> None:
        said = thanks.unmarked(self.complaint).select_related("event__text").order_by("-pk")[:SHOWN]
        self.choose_from("message", [(m.pk, _told(m.event)) for m in said], _("choose a message"))

    def data_for_step(self) -> dict[str, Any]:
        return {"message": int(self.cleaned_data["message"] or 0)}


class FlagForm(MoveForm):
    flag = forms.ChoiceField(label=_("Which risk?"), required=False, choices=[])
    reason = _words(_("What makes you think so?"))

    def fill(self) -> None:
        confirmed = self.complaint.flags.filter(cleared_at__isnull=True, confirmed_at__isnull=False)
        known = set(confirmed.values_list("flag", flat=True))
        self.choose_from("flag", [c for c in Flag.choices if c[0] not in known], _("choose one"))


class ConfirmForm(FlagForm):
    reason = _words(_("Reason"))

    def fill(self) -> None:
        on = self.complaint.flags.filter(cleared_at__isnull=True, confirmed_at__isnull=True)
        self.choose_from("flag", [(f.flag, f.get_flag_display()) for f in on], _("choose one"))


class ClearForm(ConfirmForm):
    def fill(self) -> None:
        on = self.complaint.flags.filter(cleared_at__isnull=True)
        self.choose_from("flag", [(f.flag, f.get_flag_display()) for f in on], _("choose one"))


class DeescalateForm(MoveForm):
    reason = _words(_("Reason"))
    guidance = _words(_("What should that tier do?"))


class ConcludeForm(MoveForm):
    optional = ("letter",)
    outcome = forms.ChoiceField(label=_("How does it end?"), required=False, choices=[])
    reason = _words(_("Reason, for the record"))
    letter = _words(_("Letter to the customer"), 4)

    def fill(self) -> None:
        own = [(o, Outcome(o).label) for o in outcomes_stated_by(self.reader.role)]
        self.choose_from("outcome", own, _("choose one"))


class WithdrawForm(MoveForm):
    evidence = _words(_("Evidence: what did the customer say, and where?"))
    reason = _words(_("Why do they withdraw it?"))


class MergeForm(MoveForm):
    into = forms.CharField(label=_("Into which complaint?"), required=False)

    def fill(self) -> None:
        seen = access.visible_to(self.reader)
        others = seen.filter(customer=self.complaint.customer).exclude(pk=self.complaint.pk)
        open_ones = others.exclude(stage=Stage.CLOSED).order_by("-received_at")
        numbers = [str(number) for number in open_ones.values_list("number", flat=True)[:SHOWN]]
        if numbers:
            self.fields["into"].help_text = _("Open complaints of this customer: %(numbers)s") % {
                "numbers": ", ".join(numbers)
            }
            self.fields["into"].initial = numbers[0] if len(numbers) == 1 else ""


class AdmitForm(MoveForm):
    user = forms.ChoiceField(label=_("Whom?"), required=False, choices=[])

    def fill(self) -> None:
        people = people_with(*duties.SEE_CONFIDENTIAL_IF_ADMITTED)
        people = people.exclude(pk=self.reader.pk).order_by("username")
        self.choose_from("user", [(u.username, u.display_name) for u in people], _("choose one"))

    def data_for_step(self) -> dict[str, Any]:
        name = self.cleaned_data["user"]
        return {"user": User.objects.filter(username=name).first() if name else None}
