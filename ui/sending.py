"""What the scripts of a page say about sending forms, in the language of the page."""

from django.utils.translation import gettext


def words() -> dict[str, str]:
    """Return what the scripts say about sending: {n} is a number of seconds, {time} a moment."""
    return {
        "not_sent": gettext("Not sent: no connection. Your text is kept."),
        "no_answer": gettext(
            "The server did not answer. What you typed is still here. Try again in a moment."
        ),
        "try_again": gettext("Try again"),
        "ended": gettext("Your session has ended. What you typed is kept on this device."),
        "sign_in": gettext("Sign in"),
        "undo": gettext("Undo ({n} s)"),
        "send_now": gettext("Send now"),
        "draft_back": gettext("Not sent yet: your text of {time}."),
        "draft_drop": gettext("Discard it"),
        "draft_inside": gettext("Unsent text is inside"),
    }
