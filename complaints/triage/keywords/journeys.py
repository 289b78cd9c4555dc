"""Rides, and what happens in an app or on a site."""

from complaints.triage.keywords.rule import RIDE, Rule

RIDES: tuple[Rule, ...] = (
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
)
DIGITAL: tuple[Rule, ...] = (
    Rule(
        "ACCOUNT",
        zh=(
            "账号 封号 冻结 登录不了 无法登录 登不上 登录不上 "
            "登入不了 登入不上 无法登入 登不进 被封 实名认证 解冻 盗号 密码…错误 "
            "忘记密码 注销 停权"
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
            "闪退 网页打不开 页面打不开 打不开 系统错误 系统崩溃 小程序 小程式 客户端 验证码 app 网站…错 "
            "程序错误 程式错误 下不了单 无法下单"
        ),
        en=(
            "'app … crash*' 'app … {not} work*' 'app … {not} load*' 'app … error' 'app … freez*' "
            "'app … broken' 'website … error' 'website … down' 'website … {not}' 'error message' "
            "'page … {not} load' 'app … bug' 'app … slow' 'app … keeps' 'site … down' 'glitch*'"
        ),
        category="DIG-APP",
    ),
)
