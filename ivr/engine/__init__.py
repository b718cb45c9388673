"""The pure engine: events in, effects out. No clock, no I/O, no randomness."""
