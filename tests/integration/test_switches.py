"""Switches of notices in the database: every change leaves its record, and of several nodes one makes it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import literal, select

from ivr.records import switches
from ivr.records.notice_tables import SwitchChange
from ivr.records.store import Store
from ivr.records.switches import Hand
from tests.postgres import EITHER, migrated

AT = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module", params=EITHER)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with migrated(request.param, tmp_path_factory.mktemp("switches")) as store:
        yield store


def by(who: str, minutes: int = 0, reason: str = "") -> Hand:
    return Hand(who, "command", AT + timedelta(minutes=minutes), reason)


def changed(store: Store, notice: str) -> list[tuple[str, str, str]]:
    """The changes of a notice, oldest first: what, who, why."""
    with store.reading() as session:
        return [(one.change, one.who, one.reason) for one in reversed(switches.changes(session, notice, 100))]


def test_every_change_is_recorded_with_who_and_why(store: Store) -> None:
    with store.transaction() as session:
        switches.switch(session, "exam", True, AT + HOUR, by("cli:kim", reason="수능"))
        switches.switch(session, "exam", False, None, by("cli:lee", 1, "끝남"))
        assert switches.release(session, "exam", by("cli:kim", 2))
        assert not switches.release(session, "exam", by("cli:kim", 3))
    assert changed(store, "exam") == [("on", "cli:kim", "수능"), ("off", "cli:lee", "끝남"), ("auto", "cli:kim", "")]


def test_what_has_ended_is_handed_out_a_day_longer_and_then_no_more(store: Store) -> None:
    with store.transaction() as session:
        switches.switch(session, "brief", True, AT + HOUR, by("cli:kim"))
    for later, known in ((HOUR, True), (HOUR * 24, True), (HOUR * 26, False)):
        with store.reading() as session:
            rows = [row.until for row in switches.switched(session, AT + later) if row.notice == "brief"]
        assert rows == [AT + HOUR] * known


def test_words_of_ones_own_keep_them_whatever_is_switched(store: Store) -> None:
    texts = {"ko": "정전입니다.", "en": "There is a power cut."}
    with store.transaction() as session:
        name = switches.say(session, texts, AT + HOUR, by("cli:kim", reason="정전"))
        assert switches.say(session, texts, AT + HOUR, by("cli:kim", reason="정전")) != name
        switches.switch(session, name, False, AT + HOUR, by("cli:lee", 1, "복구"))
        session.flush()
        (row,) = [row for row in switches.switched(session, AT) if row.notice == name]
        assert (row.on, list(switches.words(row).items())) == (False, list(texts.items()))
    assert changed(store, name) == [("said", "cli:kim", "정전"), ("off", "cli:lee", "복구")]


def test_of_several_nodes_one_turns_a_trigger_and_records_it(store: Store) -> None:
    for on, minutes in ((True, 0), (False, 30), (True, 60)):
        with store.reading() as session:
            before = switches.triggers(session).get("crowded")
            session.expunge_all()
        won: list[bool] = []

        def turn(node: int) -> None:
            hand = Hand(f"trigger:n{node}", "trigger", AT + timedelta(minutes=minutes, seconds=node), "load")  # noqa: B023
            with store.transaction() as session:
                won.append(switches.turn(session, "crowded", before, on, hand))  # noqa: B023

        nodes = [threading.Thread(target=turn, args=(n,)) for n in range(4)]
        for node in nodes:
            node.start()
        for node in nodes:
            node.join()
        assert sorted(won) == [False] * 3 + [True]
    assert [change for change, _, _ in changed(store, "crowded")] == ["on", "off", "on"]


def test_of_two_who_say_something_at_once_neither_overwrites_the_other(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [{"ko": "정전입니다."}, {"ko": "침수입니다."}]
    with store.transaction() as session:
        first = switches.say(session, texts[0], AT + HOUR, by("cli:kim"))
    with store.transaction() as session:  # what another machine sees that began before the first was done
        before = literal(int(first.removeprefix(switches.EMERGENCY)) - 1)
        monkeypatch.setattr(switches, "select", lambda *of: select(before).select_from(SwitchChange))
        monkeypatch.setattr(session, "get", lambda *key: None)
        second = switches.say(session, texts[1], AT + HOUR, by("cli:lee"))
    monkeypatch.undo()
    with store.reading() as session:
        rows = {row.notice: switches.words(row) for row in switches.switched(session, AT)}
    assert [rows[first], rows[second]] == texts
