"""Onestop: the phone line of a public office."""
