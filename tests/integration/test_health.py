"""What load balancers and Prometheus are told: enough, and nothing of anybody."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from callback import tokens
from callback.outbox import Note, enqueue
from ivr.operation.metrics import exposition
from ivr.records import live
from ivr.records.live import LiveQueue
from tests.messaging import Installation
from tests.site import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def figures(site: Site, now: datetime) -> dict[tuple[str, str], float]:
    told = exposition(site.config, site.office.office, site.store, now).decode()
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
    }


def test_ready_until_the_database_is_gone(site: Site, tmp_path: Path) -> None:
    client = TestClient(site.app)
    for path in ("/health", "/health/ready", "/health/live"):
        assert client.get(path).status_code == 200
    for file in tmp_path.rglob("*.db*"):
        file.unlink()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (
        503,
        {"status": "not ready", "database": "failed", "office": "ok"},
    )
    assert client.get("/health/live").status_code == 200


def test_metrics_are_for_a_token_of_their_scope(site: Site) -> None:
    client = TestClient(site.app)
    assert client.get("/metrics").status_code == 401
    with site.store.transaction() as session:
        token = tokens.issue(session, "prometheus", ["metrics:read"], [], datetime.now(UTC))
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert "onestop_build_info{" in answer.text
    assert client.get("/cases/20261234", headers={"Authorization": f"Bearer {token}"}).status_code == 403


def test_metrics_tell_how_the_line_is(site: Site) -> None:
    now = datetime.now(UTC)
    with site.store.transaction() as session:
        live.show(session, "n1", [LiveQueue("operators", 3, 45, 1, 2, now)])
        session.execute(text("DELETE FROM messages"))
        for n in range(2):
            note = Note(f"k{n}", "01012345678", "assignment", "ko", {}, due=now - timedelta(seconds=90))
            enqueue(session, site.office.keys, note)
    told = figures(site, now)
    assert told["onestop_queue_waiting", "operators"] == 3
    assert told["onestop_queue_longest_wait_seconds", "operators"] == 45
    assert told["onestop_queue_officers_logged_in", "operators"] == 2
    assert told["onestop_messages", "waiting"] == 2
    assert told["onestop_messages_overdue_seconds", ""] == pytest.approx(90, abs=0.01)
    assert told["onestop_database_up", ""] == 1
    assert {name for name, _ in told} >= {
        "onestop_journal_lag_bytes", "onestop_notices_on_air", "onestop_promises_waiting", "onestop_voicemails_waiting",
    }  # fmt: skip
    assert not re.search(r"\d{9,}", re.sub(r'office="\w+"', "", "\n".join(map(str, told))))
    stale = figures(site, now + timedelta(minutes=5))
    assert ("onestop_queue_waiting", "operators") not in stale


def test_metrics_of_a_lost_database_say_so(site: Site, tmp_path: Path) -> None:
    for file in tmp_path.rglob("*.db*"):
        file.unlink()
    assert figures(site, datetime.now(UTC))["onestop_database_up", ""] == 0


def test_the_doctor_of_an_installation_without_a_line(tmp_path: Path) -> None:
    one = Installation(tmp_path, "http://127.0.0.1:9")
    command = [sys.executable, "-m", "ivr.cli", "--config", str(one.file), "doctor"]
    done = subprocess.run([*command, "--format", "json"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    found = {(f["check"], f["level"]) for f in json.loads(done.stdout)}
    assert {("database", "ok"), ("keys", "ok"), ("outbox", "ok"), ("exchange", "error"), ("backup", "warning")} <= found
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "✗ exchange: it was never configured\n    → ivr up" in told.stdout
    assert "Traceback" not in told.stderr
