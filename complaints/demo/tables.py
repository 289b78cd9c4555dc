"""The sample organisation as plain tables. Heguang Select is invented; its policies are in `policies.csv`."""

TEAMS = [
    # code, zh, en, kind, tier
    ("FL-PHONE", "一线电话组", "Front line — phone", "handling", 1),
    ("FL-ONLINE", "一线在线组", "Front line — online", "handling", 1),
    ("FL-STORE", "门店服务台", "Store desks", "handling", 1),
    ("FL-RIDE", "出行一线组", "Ride front line", "handling", 1),
    ("FL-INTL", "海外英文组", "International desk", "handling", 1),
    ("SL-GOODS", "二线商品售后组", "Second line — goods & after-sales", "handling", 2),
    ("SL-LOGI", "二线物流组", "Second line — logistics", "handling", 2),
    ("SL-RIDE", "二线出行组", "Second line — ride", "handling", 2),
    ("SL-PRICE", "二线价格与账务组", "Second line — price & billing", "handling", 2),
    ("EX-PANEL", "三线专家组", "Expert panel", "handling", 3),
    ("CB-TEAM", "回访组", "Callback team", "callback", None),
    ("QA-TEAM", "质检复盘组", "Quality & review", "quality", None),
    ("LG-PR", "法务公关组", "Legal & PR", "department", None),
    ("TECH", "技术部", "Tech", "department", None),
    ("WAREHOUSE", "仓配中心", "Warehouse & fulfilment", "department", None),
    ("INSPECT", "质检部", "Quality inspection", "department", None),
    ("MERCHANT", "商家运营", "Merchant operations", "department", None),
    ("FINANCE", "财务部", "Finance", "department", None),
    ("DRIVER", "司机管理部", "Driver management", "department", None),
    ("CARRIER-A", "承运商甲", "Carrier A (external)", "department", None),
    ("CARRIER-B", "承运商乙", "Carrier B (external)", "department", None),
    ("LEGAL", "法务", "Legal", "department", None),
]

_FRONT = ["FL-PHONE", "FL-ONLINE", "FL-STORE", "FL-RIDE", "FL-INTL"]
_SECOND = ["SL-GOODS", "SL-LOGI", "SL-PRICE", "SL-RIDE"]
PEOPLE = [
    # username, zh, en, role, tier, teams, deputy
    ("agent", "林晓", "Lin Xiao", "agent", 1, ["FL-PHONE"], None),
    ("agent2", "周宁", "Zhou Ning", "agent", 1, ["FL-PHONE"], None),
    ("online", "许晴", "Xu Qing", "agent", 1, ["FL-ONLINE", "FL-STORE", "FL-RIDE", "FL-INTL"], None),
    ("specialist", "陈锋", "Chen Feng", "agent", 2, _SECOND, None),
    ("expert", "沈一鸣", "Shen Yiming", "agent", 3, ["EX-PANEL"], None),
    ("callback", "何欣", "He Xin", "agent", 1, ["CB-TEAM"], None),
    ("supervisor", "王敏", "Wang Min", "supervisor", None, [*_FRONT, "CB-TEAM"], "supervisor2"),
    ("supervisor2", "赵磊", "Zhao Lei", "supervisor", None, [*_SECOND, "EX-PANEL"], "supervisor"),
    ("quality", "孙洁", "Sun Jie", "supervisor", None, ["QA-TEAM"], None),
    ("manager", "高远", "Gao Yuan", "manager", None, [], None),
    ("manager2", "罗佳", "Luo Jia", "manager", None, [], None),
    ("warehouse", "仓配中心", "Warehouse", "department", None, ["WAREHOUSE"], None),
    ("admin", "管理员", "Admin", "admin", None, [], None),
]

CATEGORIES = [
    # branch, zh, en, [(leaf, zh, en, attribution)]
    (
        "SVC",
        "服务质量",
        "Service quality",
        [
            ("SVC-ATT", "服务态度", "Staff attitude", "people"),
            ("SVC-SLOW", "响应慢", "Slow response", "people"),
            ("SVC-WRONG", "答复错误", "Wrong information", "people"),
            ("SVC-PROMISE", "承诺未兑现", "Broken promise", "people"),
            ("SVC-PRIV", "隐私泄露", "Privacy", "people"),
        ],
    ),
    (
        "LOG",
        "物流配送",
        "Logistics",
        [
            ("LOG-LATE", "延迟", "Late", "setting"),
            ("LOG-LOST", "丢失", "Lost", "setting"),
            ("LOG-DMG", "破损", "Damaged", "setting"),
            ("LOG-MIS", "错送", "Misdelivered", "setting"),
            ("LOG-SIGN", "虚假签收", "False sign-off", "setting"),
            ("LOG-INST", "安装时效", "Installation slot", "setting"),
        ],
    ),
    (
        "PRD",
        "产品质量",
        "Product",
        [
            ("PRD-FAULT", "功能故障", "Fault", "product"),
            ("PRD-PACK", "包装破损", "Packaging", "product"),
            ("PRD-DESC", "描述不符", "Not as described", "product"),
            ("PRD-ODOR", "异味", "Odour", "product"),
            ("PRD-SAFE", "人身安全", "Safety hazard", "product"),
            ("PRD-EXP", "临期过期", "Expired", "product"),
            ("PRD-FAKE", "疑似假货", "Suspected counterfeit", "product"),
        ],
    ),
    (
        "AFS",
        "售后纠纷",
        "After-sales",
        [
            ("AFS-RET", "退换争议", "Return dispute", "people"),
            ("AFS-REF", "退款延迟", "Refund delay", "setting"),
            ("AFS-REP", "维修不到位", "Repair", "people"),
            ("AFS-WAR", "保修争议", "Warranty", "people"),
        ],
    ),
    (
        "PRC",
        "价格与账务",
        "Price & billing",
        [
            ("PRC-CHG", "多收费", "Overcharge", "setting"),
            ("PRC-PROM", "促销规则", "Promotion rule", "setting"),
            ("PRC-PROT", "价保", "Price protection", "setting"),
            ("PRC-INV", "发票", "Invoice", "people"),
        ],
    ),
    (
        "RID",
        "出行服务",
        "Ride",
        [
            ("RID-SAFE", "行程安全", "Ride safety", "people"),
            ("RID-DRV", "司机态度", "Driver attitude", "people"),
            ("RID-ROUTE", "绕路", "Detour", "people"),
            ("RID-FARE", "费用争议", "Fare dispute", "setting"),
            ("RID-CANC", "取消费", "Cancellation fee", "setting"),
            ("RID-LOST", "遗失物品", "Lost item", "people"),
            ("RID-VEH", "车辆不符", "Vehicle mismatch", "product"),
            ("RID-WAIT", "迟到", "Late pick-up", "people"),
        ],
    ),
    (
        "DIG",
        "数字体验",
        "Digital",
        [
            ("DIG-APP", "应用故障", "App error", "product"),
            ("DIG-ACC", "账号冻结", "Account frozen", "setting"),
            ("DIG-PAY", "支付异常", "Payment", "product"),
        ],
    ),
]

REMEDIES = [
    # code, zh, en, type, cost in minor units or None, ladder step, promise zh, promise en
    ("APOL", "正式道歉", "Formal apology", "any", 0, 0, "当日", "same day"),
    ("EXPL", "图文/视频说明", "Visual explanation", "cognition", 0, 0, "当日", "same day"),
    ("FRT", "退运费", "Freight refund", "compensation", None, 1, "1–3 个工作日", "1–3 working days"),
    ("COUP20", "20 元代金券", "¥20 voucher", "compensation", 2000, 1, "即时", "at once"),
    ("COUP50", "50 元代金券", "¥50 voucher", "compensation", 5000, 1, "即时", "at once"),
    ("PART", "部分退款", "Partial refund", "compensation", None, 2, "3–5 个工作日", "3–5 working days"),
    (
        "EXCH",
        "换货",
        "Replacement",
        "compensation",
        None,
        2,
        "2 个工作日内发出",
        "sent within 2 working days",
    ),
    ("REPR", "维修", "Repair", "compensation", 6000, 2, "5 个工作日内", "within 5 working days"),
    ("WARX", "延长保修", "Longer warranty", "concession", 3000, 2, "即时", "at once"),
    ("FULL", "全额退款", "Full refund", "compensation", None, 3, "3–5 个工作日", "3–5 working days"),
    ("GIFT", "额外赠品", "Extra gift", "compensation", 4000, 3, "5 个工作日内", "within 5 working days"),
    ("COMP", "损失赔偿", "Loss compensation", "compensation", None, 4, "审批后", "after approval"),
    ("EXPR", "专车配送", "Special delivery", "logistics", 8000, 2, "当日", "same day"),
    (
        "RUSH",
        "加急处理与流程优化",
        "Expedite and fix the process",
        "process",
        0,
        1,
        "按约定日期",
        "on the date agreed",
    ),
    ("FARE", "行程费用重算", "Fare recalculation", "ride", None, 1, "1 个工作日", "1 working day"),
    ("MED", "医疗垫付", "Medical advance", "ride safety", None, 0, "即时", "at once"),
    ("CARE", "一对一跟踪", "One-to-one follow-up", "VIP", 3000, 3, "7/30 天", "7 and 30 days"),
]

CASH_REMEDIES = ["FRT", "PART", "FULL", "COMP", "FARE", "MED"]

_FRONT_KINDS = ["APOL", "EXPL", "RUSH", "FRT", "COUP20", "COUP50", "PART", "FULL", "FARE"]
_SECOND_KINDS = [*_FRONT_KINDS, "EXCH", "REPR", "WARX", "GIFT"]
LIMITS = [
    # grade, limit in minor units, kinds (None: every kind)
    ("front_line", 20_000, _FRONT_KINDS),
    ("callback", 5_000, ["COUP20", "COUP50"]),
    ("second_line", 100_000, _SECOND_KINDS),
    ("expert", 500_000, [*_SECOND_KINDS, "COMP", "EXPR", "CARE"]),
    ("ride_safety", 200_000, ["MED"]),
    ("supervisor", 300_000, None),
    ("manager", 2_000_000, None),
]
CASH_RULES = {"front_line": (3, 90)}
"""(number, days): at most this many cash remedies per customer within this many days without asking."""

_WEEKDAYS = ["0", "1", "2", "3", "4"]
_OFFICE = [["09:00", "12:00"], ["13:00", "18:00"]]
CALENDARS = [
    # code, zh, en, zone, hours, holidays of (or None); make-up working days have the hours of Mondays
    ("ALWAYS", "全天候", "Always", "UTC", {str(day): [["00:00", "00:00"]] for day in range(7)}, None),
    (
        "CN-OFFICE",
        "办公时间",
        "Office hours",
        "Asia/Shanghai",
        dict.fromkeys(_WEEKDAYS, _OFFICE),
        "CN",
    ),
    (
        "CN-CONTACT",
        "客服时间",
        "Contact hours",
        "Asia/Shanghai",
        {str(day): [["08:00", "22:00"]] for day in range(7)},
        None,
    ),
    (
        "CALLBACK",
        "回访时间",
        "Callback hours",
        "Asia/Shanghai",
        {str(day): [["09:00", "20:00"]] for day in range(7)},
        None,
    ),
    (
        "UK-OFFICE",
        "英国办公时间",
        "UK office hours",
        "Europe/London",
        {d: [["09:00", "17:30"]] for d in _WEEKDAYS},
        "GB-ENG",
    ),
    (
        "NIGHT",
        "夜班",
        "Night shift",
        "Asia/Shanghai",
        {str(day): [["22:00", "06:00"]] for day in range(7)},
        None,
    ),
]

SQUAD = [
    # team, zh, en, hant
    ("SL-GOODS", "商品售后", "Goods & after-sales", "商品售後"),
    ("WAREHOUSE", "售后仓", "After-sales warehouse", "售後倉"),
    ("TECH", "技术", "Tech", "技術"),
    ("SL-LOGI", "物流", "Logistics", "物流"),
]
"""The seats of the flash squad."""

PACKS = [
    # code, zh, en, hant, match, unit, length, zone, holding day, extensions; the first match is used
    (
        "UK-8W",
        "英国八周规则",
        "UK: eight weeks",
        "英國八週規則",
        {"region": "international"},
        "weeks",
        8,
        "Europe/London",
        8,
        [],
    ),
    (
        "CN-GENERIC-15D",
        "监管转办 15 日",
        "China: 15 days for what an authority sends",
        "監管轉辦 15 日",
        {"external_authority": True},
        "calendar_days",
        15,
        "Asia/Shanghai",
        None,
        [[15, 1], [30, 1]],
    ),
    ("NONE", "无法定时限", "No statutory deadline", "無法定時限", {}, "", None, "Asia/Shanghai", None, []),
]
"""An example to edit: managers enter the rules that apply to them."""

ROUTES = [
    # tier, channel, branch, region, team; the first match is used, a blank field matches everything
    (1, "", "", "international", "FL-INTL"),
    (1, "", "RID", "", "FL-RIDE"),
    (1, "phone", "", "", "FL-PHONE"),
    (1, "store", "", "", "FL-STORE"),
    (1, "", "", "", "FL-ONLINE"),
    (2, "", "LOG", "", "SL-LOGI"),
    (2, "", "PRC", "", "SL-PRICE"),
    (2, "", "RID", "", "SL-RIDE"),
    (2, "", "", "", "SL-GOODS"),
    (3, "", "", "", "EX-PANEL"),
]
