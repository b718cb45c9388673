"""The command `ivr` with short leases: `python -m tests.short_lease --config FILE worker`. A test that kills workers
need not wait a minute for each message they held."""

from datetime import timedelta

from callback import dispatch, outbox
from ivr.cli import main

outbox.LEASE = timedelta(seconds=3)
dispatch.MARGIN = timedelta(seconds=1)
main()
