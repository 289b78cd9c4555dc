"""Pages of one's own tokens. A new key is shown only once, on the page that answers the form."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import tokens
from accounts.forms.tokens import TokenForm
from accounts.models import ApiToken, User
from ui.answers import done_at

SHOWN = 50
MOST = 20
"""The most valid tokens that one person may have at a time."""


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    at, key, status = timezone.now(), "", 200
    form = TokenForm(request.POST or None)
    if request.method == "POST":
        status = 400
        valid = ApiToken.objects.filter(user=request.user, revoked_at__isnull=True, expires_at__gt=at)
        if form.is_valid() and valid.count() >= MOST:
            form.add_error(None, _("You have the maximum number of tokens. Revoke one first."))
        elif form.is_valid():
            _token, key = tokens.issue(request.user, at=at, **form.cleaned_data)
            form, status = TokenForm(), 200
    rows = [
        {"token": token, "state": token.state_at(at)}
        for token in ApiToken.objects.filter(user=request.user)[:SHOWN]
    ]
    context = {"form": form, "rows": rows, "key": key, "now": at}
    return render(request, "accounts/tokens.html", context, status=status)


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke one of the person's own tokens; somebody else's gives 404. Doing it twice changes nothing."""
    token = get_object_or_404(ApiToken, pk=pk, user=request.user)
    tokens.revoke(token, timezone.now())
    return done_at(
        request, _("“%(name)s” has been revoked.") % {"name": token.name or token.hint}, "tokens:own"
    )
