"""Pages about the process itself."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answers as long as the web server does; asks neither database nor broker."""
    return HttpResponse("ok", content_type="text/plain")
