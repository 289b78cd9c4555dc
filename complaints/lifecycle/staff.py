"""Create, invite, change and deactivate accounts. Pages, HTTP interface and commands all use this module.

The version of the account keeps one administrator from overwriting what another has just saved. The work of
somebody who loses sign-in, role or a team is given back in the same transaction (`leaving.py`). At least one
administrator who can sign in is always left.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import changes, invitations
from accounts.models import ApiToken, Team, User
from accounts.people import ADMINISTRATORS, administrators
from complaints.lifecycle import leaving
from complaints.lifecycle.leaving import Held
from complaints.lifecycle.staff_input import EDITABLE, checked
from complaints.rights import duties
from complaints.rights.actors import Actor
from complaints.terms.errors import MissingDetail, MoveNotAllowed, RoleMayNot, StaleVersion

SUBJECT = "person"


def create(data: Mapping[str, Any], *, by: Actor, at: datetime) -> tuple[User, str]:
    """Create an account and invite the person. Return it with the key of the link to mail.

    `data` has `username` and the fields of `EDITABLE`. The person can sign in, and be given work, once they
    have set their password. Raises RoleMayNot (403) and MissingDetail (400).
    """
    _check_right(by)
    values, teams = checked(data, new=True)
    user = User(**values, is_active=False)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            user.teams.set(teams)
            invitation, key = invitations.issue(user, at)
            after = _plain(user, teams) | {"invited": invitation.expires_at}
            changes.record(SUBJECT, user.username, None, after, by=by.user, at=at)
    except IntegrityError:
        raise MissingDetail({"username": [_("This username is taken.")]}) from None
    return user, key


def would_give_back(user: User, data: Mapping[str, Any]) -> Held:
    """Return how much the person would give back if `change` were called with this data."""
    if "role" in data and data["role"] != user.role:
        return leaving.held_by(user)
    kept = set(data["teams"]) if "teams" in data else set()
    lost = [team for team in user.teams.all() if team.code not in kept] if "teams" in data else []
    return leaving.held_by(user, lost) if lost else Held()


def change(
    user: User, data: Mapping[str, Any], *, by: Actor, at: datetime, version: int | None = None
) -> Held:
    """Change the given fields of `EDITABLE`. Return what work was given back.

    Raises RoleMayNot (403), StaleVersion or MoveNotAllowed (409), and MissingDetail (400). `user` is brought
    up to date.
    """
    _check_right(by)
    with transaction.atomic():
        account = _locked(user, by, version)
        before_teams = list(account.teams.all())
        before = _plain(account, before_teams)
        values, teams = checked({**_plain(account, before_teams), **data}, person=account)
        if account.is_active and account.is_administrator and values["role"] != account.role:
            _check_not_the_last(account, by)
        for name, value in values.items():
            setattr(account, name, value)
        held = Held()
        if (after := _plain(account, teams)) != before:
            account.version += 1
            account.save(update_fields=[*values, "version"])
            account.teams.set(teams)
            changes.record(SUBJECT, account.username, before, after, by=by.user, at=at)
            new_role = before["role"] != after["role"]
            lost = None if new_role else [team for team in before_teams if team not in teams]
            if new_role or lost:
                held = _let_go(account, by, at, lost)
    user.refresh_from_db()
    return held


def deactivate(user: User, *, by: Actor, at: datetime, version: int | None = None) -> Held:
    """End the person's right to sign in at once, with sessions, tokens, password and invitations.

    Returns what work was given back. Deactivating twice changes nothing. Raises the same errors as `change`.
    """
    _check_right(by)
    with transaction.atomic():
        account = _locked(user, by, version)
        ended = invitations.cancel(account, at)
        held = Held()
        if account.is_active:
            if by.user is not None and by.user.pk == account.pk:
                raise MoveNotAllowed(_("You cannot deactivate yourself. Ask another administrator."))
            if account.is_administrator:
                _check_not_the_last(account, by)
        if account.is_active or ended:
            before = {"may_sign_in": account.is_active, "invited": ended}
            account.is_active, account.version = False, account.version + 1
            # Without a password their sessions stay worthless even if they are invited again later.
            account.set_unusable_password()
            account.save(update_fields=["is_active", "version", "password"])
            ApiToken.objects.filter(user=account, revoked_at__isnull=True).update(revoked_at=at)
            after = {"may_sign_in": False, "invited": False}
            changes.record(SUBJECT, account.username, before, after, by=by.user, at=at)
            held = _let_go(account, by, at, None)
    user.refresh_from_db()
    return held


def invite(user: User, *, by: Actor, at: datetime, version: int | None = None) -> str:
    """Return the key of a new link for somebody who cannot sign in; the caller mails it. Older links end.

    Somebody who was deactivated comes back this way. Raises the same errors as `change`, and MissingDetail if
    there is no mail address.
    """
    _check_right(by)
    with transaction.atomic():
        account = _locked(user, by, version)
        if account.is_active and account.has_usable_password():
            raise MoveNotAllowed(_("This person can sign in already. Send them a new password instead."))
        _check_mail(account)
        invitation, key = invitations.issue(account, at)
        _bump(account)
        after = {"invited": invitation.expires_at}
        changes.record(SUBJECT, account.username, {"invited": None}, after, by=by.user, at=at)
    user.refresh_from_db()
    return key


def cancel_invitation(user: User, *, by: Actor, at: datetime, version: int | None = None) -> None:
    """Cancel the person's invitation. Raises MoveNotAllowed (409) if it was used or cancelled already."""
    _check_right(by)
    with transaction.atomic():
        account = _locked(user, by, version)
        found = invitations.open_one(account)
        if found is None:
            raise MoveNotAllowed(_("There is no invitation any more: it was used or cancelled."))
        invitations.cancel(account, at)
        _bump(account)
        before = {"invited": found.expires_at}
        changes.record(SUBJECT, account.username, before, {"invited": None}, by=by.user, at=at)
    user.refresh_from_db()


def check_reset(user: User, *, by: Actor) -> None:
    """Check that this administrator may send the person a link for a new password.

    Raises RoleMayNot (403), MoveNotAllowed (409) for an inactive person, MissingDetail (400) without an
    address.
    """
    _check_right(by)
    if not user.is_active:
        raise MoveNotAllowed(_("This person may not sign in. Invite them instead."))
    _check_mail(user)


def _check_right(by: Actor) -> None:
    if by.role not in duties.KEEP_PEOPLE:
        raise RoleMayNot(_("Only administrators can change accounts."))


def _check_mail(user: User) -> None:
    if not user.email:
        raise MissingDetail({"email": [_("Enter a mail address first, so that the link can be sent.")]})


def _locked(user: User, by: Actor, version: int | None) -> User:
    """Lock the person with their work and all administrators, and return the person as they are now.

    The rights of the actor are checked again too: another administrator may just have deactivated them.
    """
    locked = {row.pk: row for row in leaving.lock_with_work(user, ADMINISTRATORS)}
    actor = locked.get(by.user.pk) if by.user else None
    if by.user is not None and not (actor and actor.is_active and actor.is_administrator):
        raise RoleMayNot(_("Only administrators can change accounts."))
    account = locked[user.pk]
    if version is not None and version != account.version:
        raise StaleVersion(_("Somebody changed this account while you were working on it."))
    return account


def _check_not_the_last(account: User, by: Actor) -> None:
    if by.user is not None and by.user.pk == account.pk:
        raise MoveNotAllowed(_("You cannot remove your own rights. Ask another administrator."))
    if not administrators().exclude(pk=account.pk).exists():
        raise MoveNotAllowed(_("This is the last administrator who can sign in."))


def _let_go(account: User, by: Actor, at: datetime, teams: list[Team] | None) -> Held:
    if teams is None:
        User.objects.filter(deputy=account).update(deputy=None)
    return leaving.hand_over(account, by=by, at=at, teams=teams)


def _bump(account: User) -> None:
    account.version += 1
    account.save(update_fields=["version"])


def _plain(user: User, teams: list[Team]) -> dict[str, Any]:
    """Return the account's values in the form that `changes.record` stores and that `checked` accepts."""
    values = {name: getattr(user, name) for name in EDITABLE if name != "teams"}
    return values | {"teams": sorted(team.code for team in teams)}
