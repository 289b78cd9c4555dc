"""Any other address under /api/v1/: a 404 in the same shape as all refusals, never a page."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from complaints.api.doors import Door


@extend_schema(exclude=True)
class Nothing(Door):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404("no such address")
