"""The errors that a move can raise, each with the machine code and HTTP status that the answer carries."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _


class LifecycleError(Exception):
    """The move was refused and nothing has been changed."""

    code = "error"
    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class RoleMayNot(LifecycleError):
    """The actor's role can never make this move."""

    code, status = "forbidden", 403


class NotYours(LifecycleError):
    """The actor is neither the assignee nor in the right team, or has a conflict of interest."""

    code, status = "forbidden", 403


class StaleVersion(LifecycleError):
    """Somebody changed the row or the table since it was read. The message says which."""

    code, status = "stale_version", 409


class StaleComplaint(StaleVersion):
    """Somebody changed the complaint since it was read."""

    def __init__(self) -> None:
        super().__init__(_("Somebody changed this complaint while you were working on it."))


class MoveNotAllowed(LifecycleError):
    """The complaint is not in a stage or state from which this move leads."""

    code, status = "wrong_stage", 409


class NotSetUp(LifecycleError):
    """Something that the organisation must have is missing. The message says what, and who can add it."""

    code, status = "not_set_up", 409


class DuplicateRequest(LifecycleError):
    """The idempotency key, or the caller's external id, was already used for something else."""

    code, status = "duplicate_request", 409


class AlreadyDecided(LifecycleError):
    """Somebody else decided first."""

    code, status = "already_decided", 409


class MissingDetail(LifecycleError):
    """Input is missing or wrong. `errors` maps each field to its messages."""

    code, status = "invalid", 400

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__("; ".join(text for texts in errors.values() for text in texts))
        self.errors = {field: list(texts) for field, texts in errors.items()}


class Problems:
    """Collects input errors by field, so that `check` can raise all of them together as MissingDetail."""

    def __init__(self) -> None:
        self.errors: dict[str, list[str]] = {}

    def add(self, field: str, message: str) -> None:
        self.errors.setdefault(field, []).append(message)

    def require(self, field: str, value: object, message: str = "") -> None:
        """Note a missing value: None, an empty or blank text, or an empty list."""
        blank = value is None or (isinstance(value, str) and not value.strip()) or value == []
        if blank:
            self.add(field, message or _("This is required."))

    def one_of(self, field: str, value: object, choices: Sequence[str]) -> None:
        """Note a value that is missing or not among `choices`."""
        if value not in choices:
            self.add(field, _("Choose one of the values offered.") if value else _("This is required."))

    def check(self) -> None:
        if self.errors:
            raise MissingDetail(self.errors)
