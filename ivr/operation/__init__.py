"""Keeping an installation: whether it is well, what others measure of it, backup and restore, its place in systemd."""
