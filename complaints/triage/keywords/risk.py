"""Risks to people or to the organisation. Only these rules may suggest S4."""

from complaints.triage.keywords.rule import HAZARD_EN, HAZARD_ZH, RIDE, Rule

RISK: tuple[Rule, ...] = (
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
        zh=(
            "曝光 微博 抖音 记者 媒体 热搜 小红书曝 发到网上 找电视台 联系电视台 联络电视台 "
            "电视台曝 315晚会 爆料"
        ),
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
        zh=(
            "12315 12345 消协 消费者协会 市监 市场监管 工商局 邮政局 信访 监管部门 12305 "
            "消委会 消保官 消保会 消基会"
        ),
        en=(
            "regulator ombudsman 'trading standards' 'consumer council' 'consumer association' cfpb "
            "'attorney general'"
        ),
        flag="external",
        tier=2,
    ),
    Rule(
        "PRIVACY",
        zh=(
            "隐私 个人信息 信息泄露 泄露 泄漏信息 被人肉 骚扰电话 推销电话 "
            "个资 个人资讯 个人资料 资讯泄露 泄漏资讯"
        ),
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
)
