"""`make run`: the demo organisation, on this machine only. Nothing needs to be installed or set."""

import secrets
from pathlib import Path

from config.settings.base import *  # noqa: F403
from config.settings.base import MIDDLEWARE, SECRET_KEY, VAR_DIR


def kept_secret(path: Path) -> str:
    """Return the secret of this checkout. It is made once and readable only by its owner."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


DEMO = True
BRAND_NAME = "禾光优选 Heguang Select"
SECRET_KEY = SECRET_KEY or kept_secret(VAR_DIR / "secret_key")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
TEXT_MESSAGE_GATEWAY = "complaints.notices.outbox.text_to_file"
MIDDLEWARE = ["config.middleware.LoopbackOnly", *MIDDLEWARE]

# The accounts of the demo. `seed_demo` creates them.
DEMO_PASSWORD = "redress-demo"  # noqa: S105
DEMO_ACCOUNTS = [
    ("agent", "Lin Xiao", "林晓", "agent", "FL-PHONE"),
    ("agent2", "Zhou Ning", "周宁", "agent", "FL-PHONE"),
    ("online", "Xu Qing", "许晴", "agent", "FL-ONLINE, FL-STORE, FL-RIDE, FL-INTL"),
    ("specialist", "Chen Feng", "陈锋", "agent", "SL-GOODS, SL-LOGI, SL-PRICE, SL-RIDE"),
    ("expert", "Shen Yiming", "沈一鸣", "agent", "EX-PANEL"),
    ("callback", "He Xin", "何欣", "agent", "CB-TEAM"),
    (
        "supervisor",
        "Wang Min",
        "王敏",
        "supervisor",
        "FL-PHONE, FL-ONLINE, FL-STORE, FL-RIDE, FL-INTL, CB-TEAM",
    ),
    ("supervisor2", "Zhao Lei", "赵磊", "supervisor", "SL-GOODS, SL-LOGI, SL-PRICE, SL-RIDE, EX-PANEL"),
    ("quality", "Sun Jie", "孙洁", "supervisor", "QA-TEAM"),
    ("manager", "Gao Yuan", "高远", "manager", ""),
    ("manager2", "Luo Jia", "罗佳", "manager", ""),
    ("warehouse", "Warehouse", "仓配中心", "department", "WAREHOUSE"),
    ("admin", "Admin", "管理员", "admin", ""),
]
