"""Which pictures are taken: the page, who looks at it, and what has to be there first."""

from dataclasses import dataclass

LARGE, SMALL = (1440, 900), (390, 844)
COOKER = "Wants ¥1,299 back for a cracked rice cooker"
AIR_FRYER = "空气炸锅不加热，要求换新"
EARPHONES = "耳机左边没声音，要求换新"


@dataclass(frozen=True)
class Shot:
    """`path` may hold {a subject}: its complaint's number; {p:a subject}: the token of its private page."""

    name: str
    path: str
    account: str = "agent"
    ready: str = "#main"
    small: bool = False
    status: int = 200
    fill: bool = False


def complaint(name: str, subject: str, account: str, *, small: bool = False) -> Shot:
    return Shot(f"complaint-{name}", f"/complaints/{{{subject}}}/", account, ready="#workspace", small=small)


SHOTS = (
    Shot("sign-in", "/accounts/login/", account=""),
    Shot("my-work", "/", small=True, ready="#queue"),
    Shot("team-queue", "/complaints/?view=open", "supervisor", ready="#queue"),
    Shot("overdue", "/complaints/?view=overdue", "manager", ready="#queue"),
    Shot("closed", "/complaints/?view=closed", "manager", ready="#queue"),
    Shot("search", "/complaints/?q=周美玲", ready="#queue"),
    Shot("log", "/complaints/new/", ready="form.log"),
    Shot("log-filled", "/complaints/new/", ready="form.log", small=True, fill=True),
    complaint("intake", "包裹送到了隔壁小区，要求今天取回来", "agent"),
    complaint("intake-flagged", "电热毯冒烟，要求退款并查明原因", "specialist"),
    complaint("confidential", "要求为上次通话中的不耐烦道歉", "agent"),
    complaint("diagnose", AIR_FRYER, "agent", small=True),
    complaint("second-handling", "The mattress still smells after three weeks of airing", "expert"),
    complaint("resolve-draft", "六个碗碎了两个，要求补寄", "agent"),
    complaint("resolve-waiting", "电饭煲内胆裂了，要求退款 ¥1,299", "agent"),
    complaint("resolve-returned", "婚礼用品晚到两天，要求赔 ¥500", "agent2"),
    complaint("resolve-offered", EARPHONES, "agent"),
    complaint("resolve-task", "退货九天没退款，要求今天到账 ¥176", "agent"),
    complaint("resolve-ready", COOKER, "agent", small=True),
    complaint("resolve-explained", "买后第 20 天降价，要求补差价", "online"),
    complaint("callback", "吹风机焦味，要求退货", "callback"),
    complaint("review", "新衣柜气味刺鼻，要求退货 ¥899", "specialist"),
    complaint("review-light", "Was charged for a toll road the car never took", "agent"),
    complaint("closed", "Wants ¥189 back for a broken vase", "agent2"),
    Shot("approvals-money", "/approvals/{a:compensation}/", "supervisor", ready="#approvals", small=True),
    Shot("approvals-escalation", "/approvals/{a:escalation}/", "supervisor", ready="#approvals"),
    Shot("approvals-not-upheld", "/approvals/{a:not_upheld}/", "supervisor2", ready="#approvals"),
    Shot("approvals-review", "/approvals/{a:review}/", "quality", ready="#approvals"),
    Shot("approvals-manager", "/approvals/", "manager", ready="#approvals"),
    Shot("callbacks", "/callbacks/", "callback", ready="#callbacks", small=True),
    Shot("reviews", "/reviews/", "quality"),
    Shot("tasks", "/tasks/", "warehouse"),
    Shot("improvements", "/improvements/", "quality"),
    Shot("playbooks", "/settings/playbooks/", "manager", small=True),
    Shot("checklist", "/settings/checklists/LOG/", "manager"),
    Shot("routing", "/settings/routing/", "manager", small=True),
    Shot("severity", "/settings/severity/", "manager", small=True),
    Shot("policies", "/settings/policies/", "manager", small=True),
    Shot("policy-rule", "/settings/policies/2/", "manager", small=True),
    Shot("policy-history", "/settings/policies/history/", "manager"),
    Shot("policy-try", f"/settings/policies/try/?number={{{AIR_FRYER}}}", "supervisor", small=True),
    Shot("set-aside", "/settings/clocks/", "manager", small=True),
    Shot("calendars", "/settings/calendars/", "manager", small=True),
    Shot("calendar", "/settings/calendars/CN-OFFICE/", "manager", small=True),
    Shot("calendar-year", "/settings/calendars/CN-OFFICE/2026/", "manager", small=True),
    Shot("calendar-no-list", "/settings/calendars/CN-OFFICE/2027/", "manager"),
    Shot("calendar-load", "/settings/calendars/CN-OFFICE/2028/load/", "manager", small=True),
    Shot("calendar-import", "/settings/calendars/CN-OFFICE/import/", "manager", small=True),
    Shot("retarget", "/settings/retarget/", "manager", small=True),
    Shot("limits", "/settings/authority/", "manager"),
    Shot("limits-grade", "/settings/authority/front_line/", "manager", small=True),
    Shot("absence", "/settings/absence/", "supervisor", small=True),
    Shot("tokens", "/settings/tokens/", "manager", small=True),
    Shot("tasks-asked", "/tasks/", "specialist"),
    Shot("move-promise", f"/complaints/{{{AIR_FRYER}}}/promise/", "agent", small=True, ready="#workspace"),
    Shot("move-conclude", f"/complaints/{{{AIR_FRYER}}}/conclude/", "supervisor", ready="#workspace"),
    Shot("move-flag", f"/complaints/{{{COOKER}}}/flag-risk/", "agent", ready="#workspace"),
    Shot("reviewed", "/complaints/{Wants ¥189 back for a broken vase}/reviewed/", "agent2"),
    Shot("portal-status", "/p/{p:包裹送到了隔壁小区，要求今天取回来}/", account=""),
    Shot("portal-choose", f"/p/{{p:{EARPHONES}}}/", account="", small=True),
    Shot("portal-rate", "/p/{p:吹风机焦味，要求退货}/", account="", small=True),
    Shot("portal-gone", "/p/not-a-link/", account="", status=404),
    Shot("overview", "/reports/", "manager"),
    Shot("overview-list", "/reports/list/open/?part=all", "manager"),
    Shot("settings", "/accounts/settings/"),
    Shot("notices", "/notices/", "supervisor", small=True),
    Shot("notices-choose", "/settings/notices/", "supervisor", small=True),
    Shot("people", "/settings/people/", "admin"),
    Shot("person", "/settings/people/{u:agent2}/", "admin", small=True),
    Shot("person-new", "/settings/people/new/", "admin", small=True),
    Shot("person-deactivate", "/settings/people/{u:agent}/deactivate/", "admin", small=True),
    Shot("settings-changes", "/settings/changes/", "manager", small=True),
    Shot("empty", "/complaints/?view=customer", "expert", ready="#queue"),
    Shot("nothing-found", "/complaints/?q=zzzz", ready="#queue"),
    Shot("not-found", "/complaints/RD-99999/", status=404),
)
README = {"workspace": ("complaint-resolve-ready", "en-light"), "queue.zh-dark": ("my-work", "zh-dark")}
"""Which of them the README shows."""
