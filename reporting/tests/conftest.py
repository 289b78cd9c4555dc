"""Provides the sample organisation to these tests, as for the tests of complaints."""

from complaints.tests.conftest import org, people

__all__ = ["org", "people"]
