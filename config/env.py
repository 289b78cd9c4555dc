"""Typed readers of environment variables. A malformed value stops the start with the name of the variable."""

import os


class BadSetting(ValueError):
    """An environment variable has a value that is not allowed."""


def text(name: str, default: str = "") -> str:
    """Return the value without blanks around it."""
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    """Return True for 1, true, yes, on and False for 0, false, no, off.

    Raises BadSetting for anything else.
    """
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(f"{name} must be true or false, not {value!r}")


def integer(name: str, default: int, *, at_least: int = 0) -> int:
    """Return a whole number. Raises BadSetting for anything else or for a number below `at_least`."""
    value = text(name)
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        raise BadSetting(f"{name} must be a whole number, not {value!r}") from None
    if number < at_least:
        raise BadSetting(f"{name} must be at least {at_least}, not {number}")
    return number


def words(name: str) -> list[str]:
    """Return the values separated by commas, without blanks and empty ones."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def required(name: str) -> str:
    """Return the value. Raises BadSetting if it is missing or empty."""
    value = text(name)
    if not value:
        raise BadSetting(f"{name} must be set")
    return value
