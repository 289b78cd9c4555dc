"""What staff can do with the customer's page: see a preview that changes nothing, and end its links."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from complaints.forms.moves import ReasonOnly
from complaints.lifecycle import known
from complaints.rights import access
from complaints.views import portal_page
from complaints.views.doors import Request
from complaints.views.steps import on_complaint


@login_required
@require_safe
def page(request: Request, number: str) -> HttpResponse:
    """Show the complaint as its customer sees it, in the reader's language."""
    return portal_page.preview(request, access.get_complaint_for(request.user, number))


@login_required
@require_POST
def end_links(request: Request, number: str) -> HttpResponse:
    return on_complaint(
        request,
        number,
        lambda complaint: ReasonOnly(request.POST, complaint=complaint, user=request.user),
        lambda c, form, who: known.revoke_links(c, reason=form.cleaned_data["reason"], **who.signed),
        key="end_links",
        said=_("The private links no longer work. The next letter contains a new one."),
    )
