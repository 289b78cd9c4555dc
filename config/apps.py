from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """A place for the project's commands and checks; binds shared tasks to our Celery application."""

    name = "config"
    verbose_name = "Redress"

    def ready(self) -> None:
        from config import celery, checks  # noqa: F401
