"""Settings of all tests."""

from hypothesis import HealthCheck, settings

# On a busy machine an example takes as long as it takes: speed is measured by benchmarks, never by a test.
settings.register_profile("onestop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("onestop")
