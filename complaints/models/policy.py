"""SLA policies: ordered rules, of which the first match sets every target. Each edit makes a new version."""

from django.db import models

from ui.names import in_language


class Policy(models.Model):
    """One version of the whole table of rules."""

    version = models.PositiveIntegerField(unique=True)
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True)

    def __str__(self) -> str:
        return f"v{self.version}"


class PolicyRule(models.Model):
    """One row of the table.

    `match` is {field: value}; all must match. `targets` is {clock kind: [minutes, calendar code]}. `warn`
    lists the warning levels in percent. `copied_from` is the same rule in the version before.
    """

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="rules")
    order = models.PositiveSmallIntegerField()
    name_en = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80)
    name_hant = models.CharField(max_length=80, blank=True)
    match = models.JSONField(default=dict, blank=True)
    targets = models.JSONField(default=dict)
    escalate = models.BooleanField(default=True)
    warn = models.JSONField(default=list)
    copied_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["policy", "order"]
        constraints = [models.UniqueConstraint(fields=["policy", "order"], name="policy_rule_order_once")]

    def __str__(self) -> str:
        return self.name_en

    @property
    def name(self) -> str:
        return in_language(self, "name")
