#!/bin/sh
# Traditional Chinese made simplified by OpenCC: which conversion knows which spelling.
#
# OpenCC 1.4.2 (Python package), Python 3.11, 2026-11-29.
# Expected: t2s, "Traditional Chinese to Simplified Chinese", turns 著火 (on fire, as Taiwan writes it) into 着火
# and 衞生 (hygiene, as Hong Kong writes it) into 卫生, and leaves 著作 and 著名 alone.
# Seen: t2s leaves 著火, 著急, 衞生 and 枱面 as they are. tw2s knows 著火 and 著急, hk2s knows 衞生 and 枱面,
# Seen: neither knows the other's, and none of the three turns 帳號 into 账号, which becomes 帐号.
#
# So: chain tw2s and hk2s, and keep a small table of the rest.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check OpenCC==1.4.2
"$folder/venv/bin/python" - <<'PYTHON'
from opencc import OpenCC

WORDS = "著火 著急 著作 著名 衞生 枱面 帳號"
WANTED = {
    "t2s": "著火 著急 著作 著名 衞生 枱面 帐号",
    "tw2s": "着火 着急 著作 著名 衞生 枱面 帐号",
    "hk2s": "著火 著急 著作 著名 卫生 台面 帐号",
}
seen = {name: OpenCC(name).convert(WORDS) for name in WANTED}
for name, words in seen.items():
    print(f"{name:5} {words}")
raise SystemExit(0 if seen == WANTED else "the behaviour has changed")
PYTHON
