"""`python -m ivr.cli`: the same as `ivr`, for processes that start others of their own installation."""

from ivr.cli import main

main()
