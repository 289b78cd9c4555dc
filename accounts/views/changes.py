"""The page of all changes of settings: who changed what, when, from what to what."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import change_words, changes
from accounts.models import SettingsChange
from accounts.permissions import for_roles

SHOWN = 50


@for_roles(*changes.READERS)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Show the changes, newest first. `subject` narrows them to one subject."""
    subject = request.GET.get("subject", "")
    found = SettingsChange.objects.select_related("by")
    if subject:
        found = found.filter(subject=subject)
    page = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [
            {
                "change": change,
                "subject": change_words.subject_of(change.subject),
                "lines": change_words.lines(change),
            }
            for change in page
        ],
        "subjects": [(code, str(name)) for code, name in change_words.SUBJECTS.items()],
        "subject": subject,
        "now": timezone.now(),
    }
    return render(request, "accounts/changes.html", context)
