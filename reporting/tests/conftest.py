"""The sample organisation, as the tests of complaints use it."""

from complaints.tests.conftest import org, people

__all__ = ["org", "people"]
