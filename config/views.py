"""Pages about the process itself."""

from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularSwaggerSplitView
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from complaints.reads.health import Figures
from config import readiness, zones
from config.middleware import is_loopback

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA")

SWAGGER_STYLE = "'sha256-MMpT0iDxyjALd9PdfepImGX3DBfJPXZ4IlDWdPAgtn0='"
"""The only inline style of the page of the HTTP interface (drf-spectacular 0.30.0)."""
api_docs = csp_update({"style-src": [SWAGGER_STYLE]})(
    SpectacularSwaggerSplitView.as_view(url_name="api-schema")
)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer while the web server runs, without asking the database or the broker."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer whether the process can work now, with the names of failing checks but without details.

    `tzdata` is the release of the IANA time zones that this process counts by.
    """
    failing = readiness.failing(timezone.now())
    said = {"ready": not failing, "failing": failing, "tzdata": zones.IANA_VERSION}
    return JsonResponse(said, status=503 if failing else 200)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return figures for Prometheus. Raises 404 for anybody who may not read them."""
    if not _may_read_metrics(request):
        raise Http404("no such page")
    registry = CollectorRegistry()
    registry.register(Figures(timezone.now()))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read_metrics(request: HttpRequest) -> bool:
    """Return True for whoever sends the token, and for this machine itself.

    Requests that a proxy on this machine passes on do not count as its own.
    """
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if settings.METRICS_TOKEN and scheme.lower() == "bearer":
        return constant_time_compare(token.strip(), settings.METRICS_TOKEN)
    passed_on = any(name in request.META for name in FORWARDED)
    return is_loopback(request.META.get("REMOTE_ADDR", "")) and not passed_on
