"""How customers were treated, and how things were delivered."""

from complaints.triage.keywords.rule import RIDE, Rule

SERVICE: tuple[Rule, ...] = (
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
            "没人回复 没有回复 不回复 没回复 无人回复 没人接 打不通 联系不上 联络不上 "
            "联系不到 联络不到 没人理 无人处理 没人处理 "
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
            "答复错误 说错 误导 说法不一 前后矛盾 解释错误 告知错误 信息错误 资讯错误 "
            "给错 忽悠 乱说 答非所问 "
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
)
LOGISTICS: tuple[Rule, ...] = (
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
            "退款 发票 回复 答复 验证码 短信 简讯 邮件 赔偿 通知 优惠 返现 =refund =refunds =reply =response "
            "=invoice =answer =code =email =call =credit =money =cash =payment =refunded =help =interest "
            "=statement"
        ),
    ),
    Rule(
        "LATE",
        zh=(
            "延迟 延误 迟迟没 送货慢 送货太慢 送货…慢 发货慢 发货…慢 物流慢 物流…慢 快递慢 快递…慢 配送慢 "
            "配送…慢 超时 没按时 未按时 不准时 还没发货 还没到 晚到 迟到 晚了…天 晚了…小时 几天才到 "
            "才到货 才到 才收到 才送到 才送 催了…次 等了…天 送餐慢 外送慢 外送…慢 "
            "宅配慢 宅配…慢 一个星期才 一周才 天了还"
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
)
