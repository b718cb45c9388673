"""Benchmarks: ratios against a peer, measured in one run. `scripts/bench-*` start them; no test depends on a time."""
