"""What each role may do besides the moves of the table in `terms/moves.py`: one set of roles for each duty.

Pages, the HTTP interface and the rules themselves ask here, so that they cannot disagree. A duty says what a
role may do at all; whether it may do so with this complaint is decided in `access.py`.
"""

from accounts.roles import Role
from complaints.terms.moves import CUSTOMER, SYSTEM

RECEIVE = frozenset({Role.AGENT, Role.SUPERVISOR, CUSTOMER, SYSTEM})
"""Record a complaint."""
ASK_FOR_DECISION = frozenset({Role.AGENT, Role.SUPERVISOR, Role.MANAGER})
"""Ask for a decision, and take one's own request back."""
DECIDE = frozenset({Role.SUPERVISOR, Role.MANAGER})
"""Approve or reject a request."""
CONCLUDE = frozenset({Role.SUPERVISOR, Role.MANAGER})
"""End a complaint without a solution; `lifecycle/ending/conclude.py` says which role states which outcome."""
KEEP_CUSTOMERS = frozenset({Role.AGENT, Role.SUPERVISOR})
"""Add a customer and correct what is known of them."""
READ_CUSTOMERS = KEEP_CUSTOMERS | {Role.MANAGER}
"""Look customers up."""
SEE_CONFIDENTIAL_IF_ADMITTED = frozenset({Role.AGENT, Role.SUPERVISOR})
"""Be admitted to a confidential complaint; managers see it anyway."""
JOIN_SQUAD = frozenset({Role.AGENT, Role.DEPARTMENT, Role.SUPERVISOR})
"""Sit on the rota of the flash squad."""
HANDLE = frozenset({Role.AGENT, Role.SUPERVISOR, Role.MANAGER})
"""Open the pages of work on complaints: callbacks and reviews."""
WORK_ON_TASKS = frozenset({Role.AGENT, Role.SUPERVISOR, Role.DEPARTMENT})
"""Open the list of tasks that teams ask of each other."""
OWN_IMPROVEMENTS = frozenset({Role.AGENT, Role.SUPERVISOR, Role.MANAGER, Role.DEPARTMENT})
"""Own an improvement, and see the list of them. Administrators handle nothing."""
VERIFY_IMPROVEMENTS = frozenset({Role.SUPERVISOR, Role.MANAGER})
"""Say whether an improvement works; supervisors need a quality team for it."""
LOOK_AT_PAUSES = frozenset({Role.SUPERVISOR, Role.MANAGER})
"""Look at a clock that has been paused for too long."""
READ_REPORTS = frozenset({Role.SUPERVISOR, Role.MANAGER})
"""Read the figures of the complaints that they see."""
TRY_POLICIES = frozenset({Role.SUPERVISOR, Role.MANAGER})
"""Ask the simulator what a policy would grant."""
EDIT_RULES = frozenset({Role.MANAGER})
"""Edit what the desk runs by: calendars, policies, packs, routing, severity, limits, playbooks, the rota;
recalculate deadlines, and have clocks tried again that were set aside."""
