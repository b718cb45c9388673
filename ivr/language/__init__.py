"""The flow language: from an office's files to a typed, checked `Office`."""
