"""The keyword rules as data: what a complaint's own words suggest.

Source: the organisation's routing keywords (6.5) and category tree (6.2); the other words are general ones
for the same leaves. Words are matched in normalised text (`normalise.py`), traditional characters included:

- Chinese by substring; English by whole words, of which those with four letters or more take -s, -ed, -ing;
  `=word` takes no ending, `stem*` takes any;
- `…` stands for a short gap inside one clause; `{not}` for an English negation.

`needs`: the text must also hold one of these; `unless`: it must not; `not_near`: the word does not count
when one of these stands close by in its clause. Order decides between equal scores: the dearest mistake
comes first.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One row: words, and the effects they have. `weight` counts towards the category."""

    code: str
    zh: str
    en: str
    category: str = ""
    gravity: str = ""
    flag: str = ""
    hint: str = ""
    tier: int = 1
    emotion: str = ""
    weight: float = 1.0
    needs: str = ""
    unless: str = ""
    not_near: str = ""


RIDE = (
    "司机 网约车 打车 叫车 乘车 行程中 行程单 行程费 出租车 快车 专车 顺风车 拼车 车牌 上车 下车 "
    "订单车辆 代驾 =driver =drivers =ride =rides =cab =taxi =passenger =passengers 'my trip' 'the trip' "
    "'car pool'"
)
HAZARD_ZH = (
    "受伤 过敏 起火 着火 冒烟 爆炸 漏电 触电 事故 骚扰 危险 烫伤 割伤 摔伤 摔倒 食物中毒 煤气中毒 烧伤 "
    "自燃 鼓包 窒息 送医"
)
HAZARD_EN = (
    "injur* =allergic =allergy =allergies =fire =fires =smoke =smoking explod* explosion* =shock "
    "=shocks electrocut* =accident =accidents harass* danger* hazard* poison* 'burn my' 'burned my' "
    "'burnt my' hospitalised hospitalized chok* '=caught =alight' '=burst =into =flames' unsafe"
)

RULES: tuple[Rule, ...] = (
    # Risk first: these alone may give S4.
    Rule(
        "SAFE-RIDE",
        zh=HAZARD_ZH + " 疲劳驾驶 闯红灯 酒驾 超速 追尾 撞车",
        en=HAZARD_EN + " 'car crash' 'crashed into' speeding 'driver … drunk' 'drunk driver' 'red light'",
        category="RID-SAFE",
        gravity="S4",
        flag="safety",
        tier=2,
        weight=5,
        needs=RIDE,
    ),
    Rule(
        "SAFE",
        zh=HAZARD_ZH,
        en=HAZARD_EN,
        category="PRD-SAFE",
        gravity="S4",
        flag="safety",
        tier=2,
        weight=4,
        unless=RIDE,
    ),
    Rule(
        "LEGAL",
        zh="律师 起诉 法院 仲裁 诉讼 打官司 走法律 法律途径 法律手段",
        en=(
            "lawyer attorney solicitor '=to =sue' '=will =sue' \"=i'll =sue\" '=sue =you' '=sue =your' "
            "'=sue =them' '=sue =the' =suing =court arbitration litigation lawsuit 'legal action' "
            "'legal proceeding' 'small claims'"
        ),
        gravity="S4",
        flag="legal",
        tier=2,
    ),
    Rule(
        "MEDIA",
        zh="曝光 微博 抖音 记者 媒体 热搜 小红书曝 发到网上 找电视台 联系电视台 电视台曝 315晚会",
        en=(
            "=expose =exposing =viral reporter journalist '=the =press' '=contact =press' =media "
            "newspaper '=tv =station'"
        ),
        gravity="S4",
        flag="media",
        tier=2,
    ),
    Rule(
        "EXTERNAL",
        zh="12315 12345 消协 消费者协会 市监 市场监管 工商局 邮政局 信访 监管部门 12305",
        en=(
            "regulator ombudsman 'trading standards' 'consumer council' 'consumer association' cfpb "
            "'attorney general'"
        ),
        flag="external",
        tier=2,
    ),
    Rule(
        "PRIVACY",
        zh="隐私 个人信息 信息泄露 泄露 泄漏信息 被人肉 骚扰电话 推销电话",
        en=(
            "privacy 'personal data' 'personal information' 'data breach' 'data leak' "
            "'my details … leaked' 'identity theft' 'stolen identity' 'gave … my number' "
            "'information … compromised'"
        ),
        category="SVC-PRIV",
        gravity="S3",
        weight=1.5,
    ),
    Rule(
        "MISCONDUCT",
        zh="威胁 恐吓 殴打 动手打 打人 敲诈 勒索 索要好评 索贿 歧视",
        en="threaten* assault* extort* blackmail* discriminat* racist bribe",
        category="SVC-ATT",
        gravity="S3",
    ),
    # Service.
    Rule(
        "ATTITUDE",
        zh=(
            "态度 骂 辱骂 推诿 不耐烦 踢皮球 爱理不理 爱答不理 冷漠 没礼貌 不礼貌 服务差 服务很差 "
            "服务太差 服务…差 服务不好 服务…不好 服务…糟 服务…不周 服务恶劣 素质差 素质低 翻白眼 傲慢 "
            "嚣张 不理人 没人管 服务意识 服务不到位 服务跟不上 服务…一般 挂我电话 摆脸色"
        ),
        en=(
            "=rude rudely rudeness swore 'swear at' 'swearing at' 'passed around' 'passing me around' "
            "impolite attitude unhelpful disrespect* arrogan* ignored 'hung up' unprofessional "
            "'bad service' 'poor service' 'terrible service' 'awful service' 'horrible service' "
            "'worst service' 'customer service … bad' 'customer service … terrible' condescending"
        ),
        category="SVC-ATT",
        hint="supervisor-participant",
        unless=RIDE,
    ),
    Rule(
        "RIDE-DRIVER",
        zh="态度 骂 辱骂 不耐烦 没礼貌 不礼貌 拒载 甩客 抽烟 玩手机 路怒 服务差 不开空调 恶劣",
        en=(
            "=rude rudely rudeness swore 'swear at' attitude impolite 'refused … ride' 'shouted at' "
            "'yelled at' 'on his phone' unprofessional"
        ),
        category="RID-DRV",
        hint="supervisor-participant",
        weight=1.5,
        needs=RIDE,
    ),
    Rule(
        "SLOW",
        zh=(
            "没人回复 没有回复 不回复 没回复 无人回复 没人接 打不通 联系不上 没人理 无人处理 没人处理 "
            "迟迟不 拖延 一直拖 等了…小时 等…分钟 等半天 等了半天 等很久 等了很久 等太久 等了好久 半天没 "
            "半天才 上菜慢 上菜…慢 响应慢 效率低 效率…低 效率…差 动作慢 速度慢 排队 石沉大海 没有下文 "
            "处理太慢 反应慢 杳无音信"
        ),
        en=(
            "'{not} respon*' '{not} repl*' '{not} … answer' '=no =response' '=no =reply' '=no =answer' "
            "'slow response' 'on hold' 'still waiting' 'waited … hours' 'waiting … hours' "
            "'waited … minutes' 'waiting … weeks' 'waiting … months' unresponsive 'long queue' 'too slow' "
            "'very slow' '{not} … call* … back' '{not} … =get … reply' '=cannot reach' 'no one … answer'"
        ),
        category="SVC-SLOW",
    ),
    Rule(
        "WRONG-INFO",
        zh=(
            "答复错误 说错 误导 说法不一 前后矛盾 解释错误 告知错误 信息错误 给错 忽悠 乱说 答非所问 "
            "说法不一致"
        ),
        en=(
            "mislead* misled misinform* 'wrong information' 'incorrect information' 'wrong advice' "
            "'wrong answer' 'false information' contradict* 'conflicting information' "
            "'inaccurate information' 'lied to' lying"
        ),
        category="SVC-WRONG",
    ),
    Rule(
        "PROMISE",
        zh="承诺 说好的 说话不算 不兑现 未兑现 没兑现 食言 言而无信 答应…没 答应…不 保证过 出尔反尔",
        en=(
            "'broken promise' 'broke … promise' promised 'did not honour' 'did not honor' "
            "'refuse … honor' 'refuse … honour' 'failed to honor' 'went back on' 'never followed through'"
        ),
        category="SVC-PROMISE",
    ),
    # Logistics.
    Rule(
        "LOST",
        zh=(
            "没收到 没有收到 未收到 一直没到 丢了 丢失 丢件 弄丢 寄丢 不见了 没送到 没有送到 没给我送到 "
            "没…送到 没…寄到 收不到货 少发 漏发 少件 没发货 不发货"
        ),
        en=(
            "'{not} received' '{not} receive' '{not} arrive' '{not} … received' '{not} … arrived' "
            "'{not} … delivered' 'lost parcel' 'lost package' 'lost order' 'lost in transit' "
            "'lost in the post' 'parcel … lost' 'package … lost' 'order … lost' 'missing parcel' "
            "'missing package' 'parcel … missing' 'package … missing' 'missing item'"
        ),
        category="LOG-LOST",
        hint="carrier-trace",
        not_near=(
            "退款 发票 回复 答复 验证码 短信 邮件 赔偿 通知 优惠 返现 =refund =refunds =reply =response "
            "=invoice =answer =code =email =call =credit =money =cash =payment =refunded =help =interest "
            "=statement"
        ),
    ),
    Rule(
        "LATE",
        zh=(
            "延迟 延误 迟迟没 送货慢 送货太慢 送货…慢 发货慢 发货…慢 物流慢 物流…慢 快递慢 快递…慢 配送慢 "
            "配送…慢 超时 没按时 未按时 不准时 还没发货 还没到 晚到 迟到 晚了…天 晚了…小时 几天才到 "
            "才到货 才到 才收到 才送到 才送 催了…次 等了…天 送餐慢 一个星期才 一周才 天了还"
        ),
        en=(
            "'late delivery' 'delivered late' 'arrived late' 'delivery … late' 'parcel … late' "
            "'order … late' delay* overdue '{not} … arrived =yet' 'still … {not} arrived' "
            "'still … {not} come' 'card … {not} arrived' 'card … {not} come' 'card … {not} here' "
            "'{not} … =my … card' 'waiting … card' 'waiting … parcel' 'waiting … order' "
            "'waiting … package' 'waiting … delivery' 'when … card … arrive' 'when … arrive' "
            "'when … deliver*' 'when … get … card' 'where … new card' 'status … new card' "
            "'ordered … new card' 'new card … arriv*' 'how long … arrive' 'how long … delivery' "
            "'how long … deliver' 'how long … card' 'late by' 'days late' 'hours late' 'track … card' "
            "'deliver* … take' 'card … delivery' 'expedite* … card'"
        ),
        category="LOG-LATE",
        unless="司机 网约车 打车 =driver =cab =taxi",
    ),
    Rule(
        "DAMAGED",
        zh="破了 碎了 漏了 破损 摔坏 压坏 压扁 变形 撕破 磕碰 洒了 撒了 折角 划痕 破烂 碰坏 裂了 裂缝 烂了",
        en=(
            "=broken smashed leaked =leaking damage* cracked =dented crushed shattered 'torn' scratch* "
            "spilled spilt"
        ),
        category="LOG-DMG",
        unless="包装",
    ),
    Rule(
        "PACKAGING",
        zh=(
            "破了 碎了 漏了 破损 压扁 变形 撕破 洒了 包装差 包装…差 包装…烂 包装简陋 包装…简陋 没有包装 "
            "包装太"
        ),
        en=(
            "'bad packaging' 'poor packaging' 'poorly packed' 'packaging … torn' 'packaging … damaged' "
            "'packaging … broken' 'badly packed' 'packaging … leaked'"
        ),
        category="PRD-PACK",
        weight=1.5,
        needs="包装 packag* packed",
        unless="包裹 =parcel",
    ),
    Rule(
        "MISDELIVERED",
        zh="送错 寄错 发错 错送 错发 发错货 拿错 上错 错寄 送到别人 送到邻居 不是我订的 不是我点的",
        en=(
            "'wrong address' 'wrong item' 'wrong order' 'wrong product' misdeliver* "
            "'delivered to the wrong' 'sent the wrong' 'wrong house' 'wrong size sent' 'to my neighbour' "
            "'to my neighbor'"
        ),
        category="LOG-MIS",
        weight=1.5,
    ),
    Rule(
        "FALSE-SIGN",
        zh=(
            "虚假签收 代签 假签收 冒名签收 没收到…签收 显示签收 显示已签收 显示…已签收 被签收 本人未签收 "
            "没有签收 私自签收"
        ),
        en=(
            "'false sign-off' 'falsely signed' 'forged signature' 'marked … delivered' 'says … delivered' "
            "'shows … delivered' 'signed for … {not}' '{not} sign for' 'fake signature' "
            "'signed by someone else'"
        ),
        category="LOG-SIGN",
        weight=2,
    ),
    Rule(
        "INSTALL",
        zh="安装师傅 安装人员 安装时间 预约安装 上门安装 安装延误 没人安装 不来安装 安装超时 安装收费",
        en=(
            "'installation slot' 'installation appointment' 'installer' '{not} … install it' "
            "'installation … late' 'installation … delay*' 'installation team'"
        ),
        category="LOG-INST",
        weight=1.5,
    ),
    # Goods.
    Rule(
        "FAULT",
        zh=(
            "坏了 坏的 故障 失灵 死机 蓝屏 黑屏 花屏 卡顿 卡死 很卡 太卡 开不了机 无法开机 不能用 用不了 "
            "没反应 不制冷 不通电 充不进电 噪音 声音大 声音…大 发热 发烫 烫手 温度高 温度太高 质量差 "
            "质量太差 质量…差 质量不好 质量…不好 质量问题 质量一般 质量…一般 做工差 做工…差 做工太 有瑕疵 "
            "瑕疵 异响 漏水 掉色 褪色 开线 掉漆 脱落 生锈 断了 不灵敏 不稳定 不兼容 缺页 漏印 错别字 "
            "印刷差 印刷…差 印刷…问题 漏印 坏点 松动 不好使 不好用 很脏 太脏 脏乱 肮脏 脏 发霉 霉 很旧 "
            "太旧 陈旧 老旧 破旧 不新鲜 没熟 太咸 难吃 没味道 口感差 口感…差 味道差 味道…一般 味道一般 "
            "味道…差 不好吃 太硬 太甜 太油 续航短 续航…短 续航…差 电池…短 电池不 没电 散热差 散热不 "
            "散热…不 做工粗糙 粗糙 虫子 头发丝 蟑螂 隔音差 隔音…差 隔音不 没有隔音 堵塞 坏掉 爱坏 总坏 "
            "老坏 毛病 缺陷 简陋 设施…差 设备…差 运行…慢 开机慢 开机…慢 启动慢 慢得 漏雨 污垢 污渍 "
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
    # After-sales.
    Rule(
        "RETURN",
        zh="退货 换货 退换 不给退 不让退 拒绝退 不退 不给换 拒绝换 无理由 退不了 不能退 不予退",
        en=(
            "'refuse* … return' 'return policy' 'return request' 'want to return' '{not} … return it' "
            "'refuse* … refund' 'refuse* … exchange' 'exchange … refused' 'refus* to take … back' "
            "'returned the' 'return … item' 'return … product'"
        ),
        category="AFS-RET",
        not_near="房",
    ),
    Rule(
        "REFUND",  # what is wanted more often than what went wrong, so that any fault outweighs it
        zh="退款 退钱 返还",
        en="refund* 'money back' 'reimburs*' 'revert*'",
        category="AFS-REF",
        weight=0.7,
    ),
    Rule(
        "REFUND-DELAY",
        zh="不退钱 没退钱 没退款 钱没退 钱还没退 未退款 还没退款 退款…没到 退款…未到 没…退款 押金 退押金",
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
    # Price and billing.
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
            "促销 优惠券 满减 活动规则 优惠活动 代金券 折扣 红包 返现 赠品 没有优惠 优惠码 积分 返券 "
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
    # Rides.
    Rule(
        "DETOUR",
        zh="绕路 兜圈 绕远路 故意绕 不走导航",
        en="detour* 'long way round' 'longer route' 'wrong route' 'roundabout route'",
        category="RID-ROUTE",
        weight=2,
    ),
    Rule(
        "RIDE-FARE",
        zh="车费 多收 乱收费 打表 加价 费用不对 计价 高速费 乱扣 多扣",
        en="fare overcharg* 'double charged' 'charged twice' 'toll' 'surge' 'price … higher'",
        category="RID-FARE",
        weight=1.5,
        needs=RIDE,
    ),
    Rule(
        "CANCEL-FEE",
        zh="取消费 违约金 取消订单扣 取消…扣费 取消…收费",
        en="'cancellation fee' 'cancellation charge' 'cancel fee' 'no-show fee'",
        category="RID-CANC",
        weight=2,
        needs=RIDE + " 取消 cancel*",
    ),
    Rule(
        "RIDE-LOST",
        zh="落在车上 忘在车上 落车上 遗失 丢了 不见了 忘拿 掉在车",
        en="'left my' 'left … in the car' 'left … in the taxi' 'left … in the cab' 'lost my' forgot",
        category="RID-LOST",
        weight=2,
        needs=RIDE,
    ),
    Rule(
        "VEHICLE",
        zh="车牌不符 车牌不一致 车牌不对 车辆不符 车型不符 不是同一辆 人车不符 换了车 车不对 司机不是本人",
        en=(
            "'wrong plate' 'plate … {not} match' 'different car' 'wrong car' 'different driver' "
            "'licence plate' 'license plate' '{not} the car'"
        ),
        category="RID-VEH",
        weight=2,
        needs=RIDE,
    ),
    Rule(
        "RIDE-WAIT",
        zh="迟到 等了 一直不来 没来接 晚到 不来接",
        en=(
            "'late … pick*' 'pick-up … late' 'arrived late' 'came late' 'was late' 'never came' "
            "'never showed' '{not} show up' 'waited' '=kept =me =waiting'"
        ),
        category="RID-WAIT",
        weight=1.4,
        needs=RIDE,
    ),
    # Digital.
    Rule(
        "ACCOUNT",
        zh=(
            "账号 帐号 封号 冻结 登录不了 无法登录 登不上 登录不上 被封 实名认证 解冻 盗号 密码…错误 "
            "忘记密码 注销"
        ),
        en=(
            "'account … frozen' 'account … locked' 'account … blocked' 'account … suspended' "
            "'account … closed' 'account … restricted' 'closed my account' 'close* … account' "
            "'lock* … account' 'locked out' 'freez* … account' '=froze … account' 'froze my' "
            "'frozen account' 'suspend* … account' 'restrict* … account' 'block* … account' "
            "'{not} log in' '{not} login' '{not} … access … account' 'access to my account' passcode "
            "password 'pin … blocked' 'pin … locked' 'blocked … pin' 'unblock* … pin' 'unblock' "
            "'verify … identity' 'identity … verif*' 'verification' 'verify my' 'open* … account' "
            "'account … hacked' 'hacked' '=prove … identity' 'forgot … pin' 'passcode' 'opened … my name' "
            "'lost … phone' 'phone … stolen' 'stole … phone' 'lost … mobile' 'stolen phone' 'wrong pin' "
            "'wrong … pin' '=am blocked' '{not} … find … phone' '{not} find … phone' 'new account'"
        ),
        category="DIG-ACC",
    ),
    Rule(
        "PAYMENT",
        zh=(
            "支付失败 付款失败 支付不了 付不了款 无法支付 无法付款 支付异常 扣款失败 刷不了卡 银行卡 "
            "信用卡 充值 转账 盗刷 付款…不 支付…错误 网银 刷卡 重复扣款 提现"
        ),
        en=(
            "'payment … fail*' 'fail* … payment' 'payment … declined' 'declin* … payment' "
            "'card … declin*' 'declin* … card' 'payment … reject*' 'payment … pending' "
            "'pending … payment' 'transaction … pending' 'transaction … declin*' 'transfer … declin*' "
            "'transfer … fail*' 'transfer … pending' 'pending … transfer' 'transfer … {not}' "
            "'{not} transfer' 'transfer* … money' 'money … transfer*' 'fail* … transfer' "
            "'transfer … cancel*' 'transfer … reject*' 'transfer … disappear*' 'transfer … missing' "
            "'declined … transfer' '{not} … transfer' '{not} =go =through' '=top =up' '=topping =up' "
            "'=top =ups' '=topped =up' top-up =topup =atm =atms contactless 'virtual card' "
            "'card … {not} work*' '{not} … use … card' 'use* … my card' 'card … stolen' 'stolen … card' "
            "'stole … card' 'lost … card' 'card … lost' 'card … missing' 'missing … card' "
            "'{not} recogni*' 'unauthori*' 'fraud*' 'scam*' 'compromised' 'direct debit' "
            "'swallow* … card' 'card … swallow*' '{not} make … payment' 'cash withdrawal' "
            "'withdraw* … cash' 'withdraw* … money' '{not} withdraw' 'balance … {not}' '{not} … balance' "
            "'cheque' 'check … deposit*' 'deposit … check' 'deposit* … {not}' 'bank transfer' "
            "'payment … {not}' '{not} … payment* … made' 'card … broken' 'chargeback' "
            "'dispute* … charge*' 'dispute* … transaction' 'charge … {not} … recogni*' 'card … block*' "
            "'money … missing' 'missing … money' 'card … used' 'card payment' 'cash machine' "
            "'late payment' 'money … =gone' '{not} … =cash' 'wire transfer' 'transaction* … {not} … make' "
            "'transaction … {not}' 'payment … disappear*' 'withdrawal* … pending' 'pending' "
            "'card … reject*' 'stop payment' 'debit card … {not}' 'someone … using … card' 'bad card' "
            "'steal* … card' 'i … {not} … make … purchase' 'wrong … withdrawal' 'payment* … took' "
            "'account … stolen' 'stolen from … account' declined 'card … stopped' '{not} find … card' "
            "'card … stuck' 'access to … card' 'charge … {not} … mak*' '{not} … money' 'money … {not}' "
            "'unexpected … money' 'direct deposit' 'deposit … {not}' '{not} … =the … deposit' "
            "'cancel … card' 'payment … return*' 'returned payment' '{not} … pay … bill' "
            "'card … {not} … work' '{not} … card … work*' 'questionable transaction' 'weird … payment' "
            "'repeated transaction' 'wallet … stolen' 'money … taken' 'money … stolen' 'stole … money' "
            "'{not} post* … payment' 'applied … payment' 'payment … applied'"
        ),
        category="DIG-PAY",
        weight=1.1,
    ),
    Rule(
        "APP",
        zh=(
            "闪退 网页打不开 页面打不开 打不开 系统错误 系统崩溃 小程序 客户端 验证码 app 网站…错 "
            "程序错误 下不了单 无法下单"
        ),
        en=(
            "'app … crash*' 'app … {not} work*' 'app … {not} load*' 'app … error' 'app … freez*' "
            "'app … broken' 'website … error' 'website … down' 'website … {not}' 'error message' "
            "'page … {not} load' 'app … bug' 'app … slow' 'app … keeps' 'site … down' 'glitch*'"
        ),
        category="DIG-APP",
    ),
    # Hints alone: they ask, they never label.
    Rule(
        "REPEAT",
        zh=(
            "投诉过 第二次 第三次 还没解决 仍未解决 仍然没解决 没有解决 没解决 又坏 又出问题 又出现 "
            "又发生 又一次 又是这样 又来了 又寄错 又发错 又送错 又扣 又多收 这次又 今天又 再次投诉 "
            "再次出现 多次投诉 反复投诉 投诉多次 投诉了…次"
        ),
        en=(
            "=again '=second =time' '=third =time' 'still {not} fixed' 'still {not} resolved' "
            "'still {not} solved' 'complained before' 'already complained' 'complained … times' "
            "'keeps happening' 'same problem' 'same issue' 'multiple times' 'several times'"
        ),
        hint="repeat",
    ),
    Rule(
        "NEEDED-BY",
        zh="急用 明天 会议 婚礼 手术 急需 后天 赶时间 生日 考试 出差前",
        en="=urgent =urgently =tomorrow =wedding =surgery deadline '=need =it =by' =asap",
        hint="needed-by",
    ),
    Rule(
        "VULNERABLE",
        zh="孩子 老人 孕妇 残疾 婴儿 宝宝 小孩 儿童 盲人 轮椅",
        en="=child =children elderly pregnant disabled baby infant toddler wheelchair",
        hint="vulnerability",
    ),
    Rule(
        "MINOR",
        zh="小问题 小建议 不着急 提个建议 提个小建议 小瑕疵",
        en=(
            "'minor issue' 'small suggestion' 'just a suggestion' 'no rush' 'not urgent' "
            "'minor inconvenience' 'small thing'"
        ),
        gravity="S1",
    ),
    # Mood.
    Rule(
        "MOOD-FURIOUS",
        zh="混蛋 王八蛋 滚蛋 给我滚 他妈 妈的 去死 傻逼 人渣 畜生 暴怒 气炸 怒不可遏 不要脸 无耻",
        en="furious livid fuming enraged bullshit fuck* =shit bastard* 'sick and tired' 'screw you'",
        emotion="furious",
    ),
    Rule(
        "MOOD-ANGRY",
        zh=(
            "生气 气愤 愤怒 气死 气人 火大 恼火 过分 忍无可忍 骗子 垃圾 坑人 坑爹 恶心 可恶 欺骗 上当 "
            "流氓 岂有此理 恶劣 黑店 太差劲 最差 极差 差到极点"
        ),
        en=(
            "angry anger outrag* disgust* appall* ridiculous unacceptable scammer* 'rip off' ripoff "
            "thieves crook* =worst disgrace* '=a =joke'"
        ),
        emotion="angry",
    ),
    Rule(
        "MOOD-UPSET",
        zh=(
            "失望 不满 糟糕 郁闷 无语 伤心 难过 寒心 后悔 受不了 心寒 倒霉 不爽 烦死 太差 很差 差劲 无奈 可气"
        ),
        en=(
            "disappoint* upset frustrat* annoy* unhappy terribl* awful horribl* dissatisf* 'fed up' tired sad"
        ),
        emotion="upset",
    ),
    Rule(
        "MOOD-UNEASY",
        zh="担心 着急 焦急 疑惑 不安 怎么办 麻烦 纳闷 奇怪 紧张 害怕",
        en="worr* concerned anxious confus* nervous strange 'need help' 'please help' scared",
        emotion="uneasy",
    ),
)

# Fixed expressions whose words mean something else here: taken out before anything is matched.
TRAPS: tuple[str, ...] = (
    r"空气炸",
    (
        r"\bfire (?:tablet|tv|stick|hd|sale|phone|pit|place|engine red|drill|door|exit|extinguisher"
        r"|alarm test)s?\b"
    ),
    r"\bfireplace",
    r"\b(?:amazon|kindle) fire\b",
    r"\bfire ?(?:wall|wire|fox)\b",
    r"\bfire me an?\b",
    r"\bshock (?:absorber|absorption|absorbing|proof|resistant|price)\w*",
    r"\bshock-\w+",
    r"\b(?:in|a|of) (?:total |complete )?shock (?:to|at|when|that|about|how)\b",
    r"\bcame as a shock\b",
    r"\bwhat a shock\b",
    r"\bculture shock\b",
    r"\bsticker shock\b",
    r"\b(?:smoke|odou?r|smell|accident|danger|allergy)[- ]free\b",
    r"\bsmoke (?:detector|alarm|grey|gray)s?\b",
    r"\bby accident\b",
    r"\b(?:no|non)[- ]?smoking\b",
    r"\bsmoking (?:room|area|floor|section)s?\b",
    r"\bsmoked? (?:salmon|paprika|flavou?r)\b",
    (
        r"\b(?:smell|smells|smelled|smelt|smelling)(?: really| so| very)? (?:good|great|nice|lovely"
        r"|amazing|fresh|wonderful)\b"
    ),
    r"\b(?:nice|good|lovely|pleasant|fresh|sweet) (?:smell|odou?r)\b",
    r"\bsense of smell\b",
    r"\bpress(?:ed|ing)? (?:the|a|any|on|enter|ok)\b",
    r"\bthe press of\b",
    r"\b(?:french|garlic|bench|printing|trouser|hydraulic) press\b",
    r"\b(?:tennis|basketball|badminton|squash|food|volleyball)[- ]courts?\b",
    r"\bcourt (?:shoes?|road|street|hotel)\b",
    r"\bmedia (?:player|server|cent(?:er|re)|box|markt|card|file)s?\b",
    r"\b(?:storage|multi|mixed|blank)[- ]?media\b",
    r"\b(?:saw|seen|found|bought|advert\w*|ads?)\b[^.!?;,]{0,30}\bsocial media\b",
    r"\bviral (?:infection|fever|load)\b",
    r"\b(?:delivery|courier|graphics|printer|audio|sound|usb|device|video) drivers?\b",
    r"\binstall\w* (?:the )?drivers?\b",
    r"\b(?:voltage|gas|pressure|water|power|speed) regulators?\b",
    r"\bdanger zone\b",
    r"\b(?:thanks|thank you|try|tried|once more) again\b",
    r"\bagain,? (?:thanks|thank you)\b",
    r"\bno problem\b",
    r"\bbroken (?:english|heart|promise)s?\b",
    r"\bdirect current\b",
    (
        r"态度(?:也|都|还|很|非常|挺|蛮|算|真|特别|比较|是|十分|真的|真心|服务|超级?|相当){0,3}(?:不错"
        r"|热情|温和|耐心|亲切|可以|认真|端正|友好|好(?![差坏恶凶不难]))"
    ),
    r"(?:爆炸好吃|好吃到爆炸|(?:信息|资讯)爆炸|爆炸头|爆炸性?优惠|知识爆炸)",
    r"曝光(?:率|度|补偿|时间|不足|过度)",
    r"(?:过度|欠|长|双重)曝光",
    r"(?:多|流|新|自|全|富)媒体",
    r"媒体(?:播放|中心|文件|库)",
    r"法院(?:路|街|旁|附近|对面|站|门口)",
    r"(?:抖音|微博)(?:上?买|下单|商城|直播间?|小店|店铺|购|旗舰店|橱窗|同款|团购)",
    r"在?抖音上?(?:看到|刷到)",
    r"危险品",
    r"第[二三]次(?:购买|买|来|住|入住|光顾|去|下单|用|吃|消费)",
    r"垃圾(?:桶|袋|箱|处理|分类|车)",
    r"老人机",
    r"12315牌",
    r"事故(?:率|险)",
    r"(?:防|抗|低)过敏",
    r"过敏(?:测试|原)",
    r"(?:防|阻)爆炸?",
    r"防漏电",
    r"漏电保护",
    r"触电保护",
    r"(?:不|别|没|没有)(?:用|必)?(?:担心|着急|生气)",
    r"心脏",
    r"内脏",
    r"热情",
    r"麻烦(?:您|你|帮|请|尽快|客服)",
    r"天气恶劣",
    r"恶劣天气",
    r"(?:电脑|系统)中毒",
    r"(?:快递|送货|配送|外卖|货车)(?:司机|师傅)",
    r"臭(?:豆腐|鳜鱼|美)",
    r"不(?:脏|臭)",
    r"绝不",
)
