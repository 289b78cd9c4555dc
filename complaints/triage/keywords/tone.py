"""Rules that set no category: hints, which suggest a question to the agent, and the mood of the text."""

from complaints.triage.keywords.rule import Rule

HINTS: tuple[Rule, ...] = (
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
)
MOOD: tuple[Rule, ...] = (
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
