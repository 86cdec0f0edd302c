"""Unit tests: rules and fakes, no AWS and no network."""

from hypothesis import settings

# A machine may be busy with other things: time is no property here.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
