"""Sets how many examples a stateful test tries in the suite. They are the same in each run."""

from hypothesis import HealthCheck, Phase, settings


def fixed_budget(examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
