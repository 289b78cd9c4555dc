"""Goods, after-sales service, and prices."""

from complaints.triage.keywords.rule import RIDE, Rule

GOODS: tuple[Rule, ...] = (
    Rule(
        "FAULT",
        zh=(
            "坏了 坏的 故障 失灵 死机 当机 当掉 宕机 "
            "蓝屏 蓝画面 蓝色画面 黑屏 黑画面 花屏 破图 卡顿 卡死 很卡 太卡 开不了机 无法开机 不能用 用不了 "
            "没反应 不制冷 不通电 充不进电 噪音 声音大 声音…大 发热 发烫 烫手 温度高 温度太高 质量差 "
            "质量太差 质量…差 质量不好 质量…不好 质量问题 质量一般 质量…一般 做工差 做工…差 做工太 有瑕疵 "
            "瑕疵 异响 漏水 掉色 褪色 开线 掉漆 脱落 生锈 断了 不灵敏 不稳定 不兼容 不相容 缺页 漏印 错别字 "
            "印刷差 印刷…差 印刷…问题 漏印 坏点 松动 不好使 不好用 很脏 太脏 脏乱 肮脏 脏 发霉 霉 很旧 "
            "太旧 陈旧 老旧 破旧 不新鲜 没熟 太咸 难吃 没味道 口感差 口感…差 味道差 味道…一般 味道一般 "
            "味道…差 不好吃 太硬 太甜 太油 续航短 续航…短 续航…差 电池…短 电池不 没电 散热差 散热不 "
            "散热…不 做工粗糙 粗糙 虫子 头发丝 蟑螂 隔音差 隔音…差 隔音不 没有隔音 堵塞 坏掉 爱坏 总坏 "
            "老坏 毛病 缺陷 简陋 设施…差 设备…差 装置…差 "
            "运行…慢 执行…慢 开机慢 开机…慢 启动慢 慢得 漏雨 污垢 污渍 "
            "油漆…落 停电 不出水 无法入睡 无法上网 无法使用"
        ),
        en=(
            "faulty defect* malfunction* 'stopped working' 'does {not} work' '{not} work' '{not} working' "
            "'not turn on' 'won't turn on' 'poor quality' 'bad quality' 'low quality' 'broke after' "
            "'keeps crashing' 'battery … drain*' 'overheat*' 'battery … dies' dirty mould mouldy moldy "
            "stale undercooked noisy 'bad taste' tasteless"
        ),
        category="PRD-FAULT",
        unless="司机 网约车 =app atm =atm contactless top-up '=top =up' =transfer '=my =card' virtual",
    ),
    Rule(
        "NOT-AS-DESCRIBED",
        zh=(
            "不符 描述不 与描述 货不对板 货不对版 图片不一样 和图片 色差 虚假宣传 夸大 名不副实 言过其实 "
            "名不符实 尺寸不对 尺码不对 型号不对 没有宣传 不如宣传 以次充好 缩水 不一样的 与网上…不 "
            "没有想象 不如想象 想象中…差 徒有其名 与实际 实际…不 缺少 没有配 没有赠品 减配 挂羊头 不值 "
            "名过其实 误导消费 图文不符 根本不是 与宣传 没有说的 内容不符 与…不同 与…不一致 与…有出入"
        ),
        en=(
            "'not as described' '{not} … described' '{not} match' 'wrong colour' 'wrong color' "
            "'wrong size' mislabel* 'false advertising' 'different from the picture' "
            "'different from the photo' 'not as advertised' '{not} … advertised' 'looks nothing like' "
            "'{not} what … ordered'"
        ),
        category="PRD-DESC",
        weight=1.2,
    ),
    Rule(
        "ODOUR",
        zh="异味 刺鼻 臭味 怪味 霉味 烟味 难闻 味道…重 味道很大 有股味 有味道 臭",
        en="=smell =smells =smelly =smelled =smelt odour odor stink* stench stank",
        category="PRD-ODOR",
        hint="odour-checklist",
        weight=1.2,
    ),
    Rule(
        "EXPIRED",
        zh="过期 临期 变质 保质期 馊 发酸 日期不新鲜 生产日期",
        en=(
            "'past its date' 'out of date' 'best before' 'use by date' 'food … expired' "
            "'product … expired' 'milk … expired' 'already expired' 'expiry date' rotten spoiled "
            "'gone off' 'near expiry'"
        ),
        category="PRD-EXP",
        weight=1.5,
    ),
    Rule(
        "COUNTERFEIT",
        zh="假货 仿冒 冒牌 山寨 盗版 高仿 假的 不是正品 非正品 翻新 二手货 翻新机 水货 假冒 不是新的",
        en=(
            "counterfeit 'fake product' 'fake item' 'fake goods' 'is fake' 'a fake' '=are =fake' "
            "knock-off knockoff 'not genuine' 'not authentic' 'not original' refurbished replica"
        ),
        category="PRD-FAKE",
        weight=1.5,
    ),
)
AFTER_SALES: tuple[Rule, ...] = (
    Rule(
        "RETURN",
        zh="退货 换货 退换 不给退 不让退 拒绝退 不退 不给换 拒绝换 无理由 退不了 不能退 不予退 鉴赏期",
        en=(
            "'refuse* … return' 'return policy' 'return request' 'want to return' '{not} … return it' "
            "'refuse* … refund' 'refuse* … exchange' 'exchange … refused' 'refus* to take … back' "
            "'returned the' 'return … item' 'return … product'"
        ),
        category="AFS-RET",
        not_near="房",
    ),
    Rule(
        "REFUND",  # states a wish rather than a fault, so any fault outweighs it
        zh="退款 退钱 退费 返还",
        en="refund* 'money back' 'reimburs*' 'revert*'",
        category="AFS-REF",
        weight=0.7,
    ),
    Rule(
        "REFUND-DELAY",
        zh=(
            "不退钱 没退钱 没退款 钱没退 钱还没退 不退费 没退费 未退款 还没退款 退款…没到 退款…未到 "
            "没…退款 押金 退押金"
        ),
        en="'refund* {not}' '{not} refund*' 'refund* not' 'still waiting for…refund*' '=my =deposit =back'",
        category="AFS-REF",
        weight=1.4,
    ),
    Rule(
        "REPAIR",
        zh="维修 没修好 修不好 返修 修了 返厂 送修 修理",
        en="repair* '{not} fixed' '{not} fix' 'fixed properly' technician",
        category="AFS-REP",
        weight=1.2,
    ),
    Rule(
        "WARRANTY",
        zh="保修 质保 三包 延保 过保 联保 售后…差 不给保 不保修",
        en="warranty guarantee* 'out of warranty'",
        category="AFS-WAR",
    ),
)
PRICE: tuple[Rule, ...] = (
    Rule(
        "CHARGE",
        zh=(
            "多收 乱扣 多扣 乱收费 多算 算错 强制消费 价格不符 收费不合理 多付 少找 额外收费 另收费 "
            "收费…高 宰客 宰人 坑钱 手续费 服务费 汇率 被黑 扣费 坐地起价 收了我"
        ),
        en=(
            "overcharg* 'over charged' 'charged extra' 'charge … extra' 'two charges' 'charged … extra' "
            "'extra charge' 'extra fee' '{not} … authorize … charge' 'hidden fee' 'hidden charge' "
            "'charged … more' 'wrong amount' 'incorrect amount' 'wrongly charged' 'incorrectly charged' "
            "'unexpected … fee' 'unexpected … charge' 'charged … fee' 'late fee' 'annual fee' "
            "'fee … charged' 'exchange rate' 'added … interest' 'charging … interest' 'charge … fees' "
            "'interest rate' 'charged interest' 'interest … charge*' 'overdraft' 'why … fee' "
            "'why … charged' 'additional fee' 'additional charge' 'transfer fee' 'charge … for' "
            "'being charged' 'was charged' 'were charged' '=got charged' 'fees … charged' '=a =fee' "
            "'=atm =fee' 'cash fee' 'finance charge' 'billing error' 'billed' 'late charge' "
            "'maintenance fee'"
        ),
        category="PRC-CHG",
        unless=RIDE,
    ),
    Rule(
        "DOUBLE-CHARGE",
        zh="重复扣款 重复扣 扣了两次 扣了2次 扣两次 扣款两次 重复支付 多扣一笔",
        en=(
            "'double charged' 'charged twice' 'charged … twice' 'double charge' 'duplicate charge' "
            "'duplicate payment' 'charged double' 'double payment' 'taken twice' 'paid twice' "
            "'twice … charged' 'double billing' 'duplicate transaction'"
        ),
        category="PRC-CHG",
        weight=1.6,
        unless=RIDE,
    ),
    Rule(
        "PROMOTION",
        zh=(
            "促销 优惠券 满减 活动规则 优惠活动 代金券 折扣 红包 返现 赠品 没有优惠 优惠码 折价券 "
            "点数 积分 返券 "
            "团购券 抵用券"
        ),
        en=(
            "promotion* coupon voucher 'promo code' 'discount code' discount cashback 'cash back' rebate "
            "'bonus offer' 'rewards points' 'reward … points' bonus"
        ),
        category="PRC-PROM",
    ),
    Rule(
        "PRICE-PROTECTION",
        zh="价保 保价 降价 买贵 差价 补差 刚买就降 就便宜了 又便宜了 跌价 价格…降",
        en=(
            "'price protection' 'price match' 'price drop' 'price dropped' 'price adjustment' "
            "'price difference'"
        ),
        category="PRC-PROT",
        weight=1.2,
    ),
    Rule(
        "INVOICE",
        zh="发票 开票 税号",
        en="invoice* 'tax receipt' 'vat receipt' fapiao",
        category="PRC-INV",
        weight=1.2,
    ),
)
