"""The shape of a keyword rule, and words that several rules share."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One row: words, and the effects of finding them. `weight` counts towards the category."""

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
    "订单车辆 代驾 计程车 的士 "
    "=driver =drivers =ride =rides =cab =taxi =passenger =passengers 'my trip' 'the trip' "
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
