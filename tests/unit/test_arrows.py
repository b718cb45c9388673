"""The arrows of docs/design.md: who may import whom. Read from the source, so that no import can hide in a function."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FREE = {"ivr.errors"}

ARROWS: dict[str, set[str]] = {
    "ivr.errors": set(),
    "ivr.logs": set(),
    "ivr.language": set(),
    "ivr.sheets": set(),
    "ivr.config": {"ivr.language"},
    "ivr.engine": {"ivr.language"},
    "ivr.office": {"ivr.language"},
    "ivr.speech": {"ivr.language"},
    "ivr.records": {"ivr.engine.events", "ivr.config"},
    "ivr.history": {"ivr.records", "ivr.language", "ivr.sheets"},
    "ivr.telephony": {"ivr.engine", "ivr.language", "ivr.office", "ivr.speech", "ivr.records", "ivr.config"},
    "callback": {"ivr.records", "ivr.office", "ivr.language", "ivr.sheets", "ivr.config", "ivr.telephony.exchange"},
    "ivr.operation": {
        "ivr.records",
        "ivr.office",
        "ivr.language",
        "ivr.config",
        "ivr.telephony",
        "callback",
        "reports.notice_list",  # how many notices are on the air is a figure of /metrics
    },
    "reports.web": {
        "reports",
        "ivr.records",
        "ivr.office",
        "ivr.language",
        "ivr.speech",
        "ivr.config",
        "callback",  # a page changes cases and messages by the same doors as the API
        "ivr.telephony.notice_board",
        "ivr.telephony.renewal",
        "ivr.telephony.saving",
        "ivr.telephony.simulator",
    },
    "reports": {
        "ivr.records",
        "ivr.office",
        "ivr.language",
        "ivr.speech",
        "ivr.config",
        "callback.access",
        "callback.contacts",
        "callback.message_check",
        "callback.outbox",
        "callback.status",
        "callback.text",
        "ivr.telephony.agreement",
        "ivr.telephony.notice_board",
        "ivr.telephony.simulator",
    },
}


def _within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def imports(path: Path) -> set[str]:
    """Every module that a file imports, `from a import b` as a.b (b may be a module)."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] in ("ivr", "callback", "reports", "tests")}


FILES = sorted(
    p
    for top in ("ivr", "callback", "reports")
    for p in (ROOT / top).rglob("*.py")
    if "migrations/versions" not in str(p)
)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_follow_the_arrows(path: Path) -> None:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    if _within(module, "ivr.cli") or module == "ivr":
        return
    package = next(name for name in ARROWS if _within(module, name))
    allowed = ARROWS[package] | FREE | {package}
    wrong = {name for name in imports(path) if not any(_within(name, good) for good in allowed)}
    assert not wrong, f"{module} may not import {', '.join(sorted(wrong))}"


def test_every_module_is_under_an_arrow() -> None:
    for path in FILES:
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        assert module == "ivr" or _within(module, "ivr.cli") or any(_within(module, name) for name in ARROWS), module


def test_files_stay_short() -> None:
    long = {str(p.relative_to(ROOT)): n for p in FILES if (n := len(p.read_text().splitlines())) > 260}
    assert not long
