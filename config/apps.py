from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The app of the project's own commands and checks.

    Loading it binds shared tasks to our Celery application.
    """

    name = "config"
    verbose_name = "Redress"

    def ready(self) -> None:
        from config import celery, checks  # noqa: F401
