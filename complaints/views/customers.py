"""Pages of customers: find one, show one, correct their data, and uncover their contacts."""

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import for_roles
from complaints.forms.customers import CustomerForm
from complaints.lifecycle import customers
from complaints.models import Customer
from complaints.reads import customers as reads
from complaints.rights import access, duties
from complaints.rights.actors import person
from complaints.views import doors
from complaints.views.doors import Request
from complaints.views.steps import on_complaint
from ui.answers import done_at, see_other

readers = for_roles(*duties.READ_CUSTOMERS)
keepers = for_roles(*duties.KEEP_CUSTOMERS)
SHOWN = 50


def _find(request: Request, pk: int) -> Customer:
    """Return a customer whose complaints this user may see, or who has none. Raises 404 otherwise."""
    found = reads.customers_for(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404("no such customer")
    return found


@readers
@require_safe
def listing(request: Request) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:120]
    before = request.GET.get("before", "")
    found = reads.search(request.user, words)
    if before.isascii() and before.isdigit() and len(before) < 18:
        found = found.filter(pk__lt=int(before))
    rows = list(found.order_by("-pk")[: SHOWN + 1])
    context = {
        "words": words,
        "rows": rows[:SHOWN],
        "more": rows[SHOWN - 1].pk if len(rows) > SHOWN else None,
    }
    return render(request, "complaints/customers/list.html", context)


@readers
@require_safe
def page(request: Request, pk: int) -> HttpResponse:
    customer, at = _find(request, pk), doors.now()
    reads.show_hints(request.user, [customer])
    same = Q(pk=customer.shown_hint) | Q(perhaps_same=customer)  # type: ignore[attr-defined]
    context = {
        "customer": customer,
        "now": at,
        "shown": reads.was_uncovered(request.user, customer, at),
        "may_edit": request.user.role in duties.KEEP_CUSTOMERS,
        "complaints": access.visible_to(request.user)
        .filter(customer=customer)
        .select_related("team")
        .order_by("-received_at", "-pk")[:SHOWN],
        "perhaps_same": reads.customers_for(request.user).filter(same).order_by("pk")[:SHOWN],
        "entries": customer.entries.select_related("by")[:20],
    }
    return render(request, "complaints/customers/page.html", context)


@keepers
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    customer = _find(request, pk)
    form = CustomerForm(request.POST if request.method == "POST" else None, customer=customer)
    result = doors.FINE
    if request.method == "POST":
        by = person(request.user)
        result = doors.attempt(
            form,
            lambda: customers.change(
                customer, form.changes(), by=by, at=doors.now(), version=form.seen_version
            ),
        )
        if result.done:
            return done_at(request, _("The customer is corrected."), "complaints:customer", customer.pk)
    context = {"customer": customer, "form": form, "refusal": result.message}
    return render(request, "complaints/customers/edit.html", context, status=result.status)


@readers
@require_POST
def reveal(request: Request, pk: int) -> HttpResponse:
    """Uncover a customer's contacts for some minutes. The customer's record says who did this and when."""
    customer = _find(request, pk)
    customers.reveal(customer, by=person(request.user), at=doors.now())
    return see_other("complaints:customer", customer.pk)


@readers
@require_POST
def reveal_here(request: Request, number: str) -> HttpResponse:
    """Uncover the number on the page of a complaint. The complaint's timeline says who did this and when."""
    return on_complaint(
        request,
        number,
        None,
        lambda complaint, _form, who: customers.reveal(complaint.customer, complaint=complaint, **who.signed),
        said=_("The number is shown for five minutes. The story says that you looked."),
    )
