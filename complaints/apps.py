from django.apps import AppConfig

from ui import organisation


class ComplaintsConfig(AppConfig):
    name = "complaints"

    def ready(self) -> None:
        from complaints import checks  # noqa: F401
        from complaints.rows.organisation import in_force

        organisation.take_from(in_force)
