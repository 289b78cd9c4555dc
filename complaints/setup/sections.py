"""All parts of the settings, in the order in which they are written: a row refers only to earlier ones."""

from complaints.setup import calendars, guides, organisation, rules, tables

ALL = [
    *tables.SECTIONS,
    *calendars.SECTIONS,
    *rules.SECTIONS,
    *guides.SECTIONS,
    organisation.SECTION,
]
