"""What each role may do apart from the moves in `terms/moves.py`: a set of roles for each duty.

Pages, the HTTP interface and the rules all ask here, so they cannot disagree. A duty says only what a role
may do at all. Whether somebody may do it with a certain complaint is decided in `access.py` and
`standings.py`.
"""

from accounts.roles import Role
from complaints.terms.moves import CUSTOMER, SYSTEM

RECEIVE = frozenset({Role.AGENT, Role.SUPERVISOR, CUSTOMER, SYSTEM})
"""Record a complaint."""
ASK_FOR_DECISION = frozenset({Role.AGENT, Role.SUPERVISOR, Role.MANAGER})
"""Request a decision, and take one's own request back."""
DECIDE = frozenset({Role.SUPERVISOR, Role.MANAGER})
"""Approve or reject a request."""
CONCLUDE = frozenset({Role.SUPERVISOR, Role.MANAGER})
"""End a complaint without a remedy; `lifecycle/ending/conclude.py` says which role states which outcome."""
KEEP_CUSTOMERS = frozenset({Role.AGENT, Role.SUPERVISOR})
"""Add a customer and correct what is known of them."""
READ_CUSTOMERS = KEEP_CUSTOMERS | {Role.MANAGER}
"""Look customers up."""
SEE_CONFIDENTIAL_IF_ADMITTED = frozenset({Role.AGENT, Role.SUPERVISOR})
"""Be admitted to a confidential complaint. Managers see it without that."""
JOIN_SQUAD = frozenset({Role.AGENT, Role.DEPARTMENT, Role.SUPERVISOR})
"""Be called into a flash squad."""
HANDLE = frozenset({Role.AGENT, Role.SUPERVISOR, Role.MANAGER})
"""Open the pages of callbacks and reviews."""
WORK_ON_TASKS = frozenset({Role.AGENT, Role.SUPERVISOR, Role.DEPARTMENT})
"""Open the list of tasks."""
OWN_IMPROVEMENTS = frozenset({Role.AGENT, Role.SUPERVISOR, Role.MANAGER, Role.DEPARTMENT})
"""Own an improvement action, and see the list of them."""
VERIFY_IMPROVEMENTS = frozenset({Role.SUPERVISOR, Role.MANAGER})
"""Say whether an improvement works. Supervisors must also be in a quality team."""
LOOK_AT_PAUSES = frozenset({Role.SUPERVISOR, Role.MANAGER})
"""Look at a clock that has been paused for too long."""
READ_REPORTS = frozenset({Role.SUPERVISOR, Role.MANAGER})
"""Read the figures of the complaints that the person may see."""
TRY_POLICIES = frozenset({Role.SUPERVISOR, Role.MANAGER})
"""Try out what a policy would grant."""
KEEP_PEOPLE = frozenset({Role.ADMIN, SYSTEM})
"""Make, invite, change and deactivate accounts. Commands do it too."""
EDIT_RULES = frozenset({Role.MANAGER})
"""Edit calendars, policies, packs, routing, the severity matrix, limits, playbooks and the rota.

Also recalculate open deadlines, and retry clocks that were set aside.
"""
KEEP_ORGANISATION = frozenset({Role.MANAGER, Role.ADMIN})
"""Edit teams, departments, categories, remedies, and the organisation's name, language, zone and currency."""
MOVE_SETTINGS = frozenset({Role.ADMIN})
"""Export and import all settings as a file."""
