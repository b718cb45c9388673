"""What each step type does, one file each; its form stands in ivr.language.steps."""
