"""Answers that every app gives after a POST."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def see_other(address: str, *args: object) -> HttpResponse:
    """Redirect after a POST (303) to the page of this name, so that a reload sends nothing twice."""
    answer = redirect(address, *args)
    answer.status_code = 303
    return answer


def done_at(request: HttpRequest, text: str, address: str, *args: object) -> HttpResponse:
    """Tell the user what was done, on the page to which they are sent."""
    messages.success(request, text)
    return see_other(address, *args)
