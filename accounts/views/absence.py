"""Pages of one's own absences, for people who decide on requests."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.absence import AbsenceForm
from accounts.models import Absence, User
from accounts.permissions import for_roles
from accounts.roles import Role
from ui.answers import see_other

who_decide = for_roles(Role.SUPERVISOR, Role.MANAGER)


@who_decide
@require_http_methods(["GET", "HEAD", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    at = timezone.now()
    form = AbsenceForm(request.POST or None, user=request.user, at=at)
    if request.method == "POST":
        with transaction.atomic():
            # The lock makes two absences sent at the same moment wait for each other, because they could
            # overlap.
            User.objects.select_for_update().get(pk=request.user.pk)
            if form.is_valid():
                form.save()
                messages.success(request, _("Your absence has been saved."))
                return _back()
    own = Absence.objects.filter(user=request.user).select_related("delegate")[:50]
    rows = [{"absence": absence, "state": absence.state_at(at)} for absence in own]
    status = 400 if request.method == "POST" else 200
    return render(request, "accounts/absence.html", {"form": form, "rows": rows, "now": at}, status=status)


@who_decide
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an absence early, or before it has begun. Ending it twice has no further effect."""
    at = timezone.now()
    absence = get_object_or_404(Absence, pk=pk, user=request.user)
    if Absence.objects.filter(pk=absence.pk, ended_at__isnull=True, until__gt=at).update(ended_at=at):
        messages.success(request, _("Your absence has ended."))
    return _back()


def _back() -> HttpResponse:
    return see_other("absence:list")
