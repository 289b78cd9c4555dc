from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "complaints"

    def ready(self) -> None:
        from complaints import checks  # noqa: F401
        from complaints.lifecycle import escalate  # noqa: F401  for the engine, whoever else imports it
