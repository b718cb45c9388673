"""Kept tallies: whatever was written, counted anew, closed or cut short, reports say what the calls themselves say."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from ivr.records import calls, imports, models
from ivr.records.facts import Fact, Opening, Step
from ivr.records.import_tables import Import
from ivr.records.imports import Brought
from ivr.records.outcome import SERVED
from ivr.records.retold import Row, Told
from ivr.records.store import Store
from ivr.records.tally_tables import TallyBook, TallyMark
from reports import callers, counting, kept, queries, repeats, topics, waits
from reports.callers import Returns
from reports.contact import RESULTS
from reports.contacts import contacts, group_name, within
from reports.keeper import Keeper
from reports.period import Period
from reports.sought import By, Filter
from reports.spans import months
from reports.tally import Tally
from tests.postgres import postgres  # noqa: F401

SEOUL = ZoneInfo("Asia/Seoul")
START = datetime(2026, 2, 26, 15, tzinfo=UTC)  # midnight in Seoul; a month ends two days later
NOW = START + timedelta(days=12)
DAY_MS = 86_400_000
T = int(START.timestamp() * 1000)
FILTERS = (Filter(), Filter(desk="a"), Filter(line="1000"), Filter(agent="101"), Filter(topic="desk/a", line="1000"))


def facts(n: int, at: int, chance: random.Random) -> list[object]:
    """A call as the recorder is told of it, or a part of it."""
    call, desk = f"n1-{n}", chance.choice("ab")
    told: list[object] = [
        Fact(call, at, "enter", chance.choice(["1000", "2000"])),
        Opening(call, "main", chance.choice(["ko", "en"]), "v", None, chance.choice([None, "w1", "w2"])),
        Step(call, 0, 0, "main", "hello", "next", at + 1),
        Step(call, 0, 1, "main", "purpose", chance.choice(["1", "hangup", "closed"]), at + 2),
        Fact(call, at + 2500, "foretold", desk, chance.choice(["0-30", "60-120"])),
        Fact(call, at + 3000, "queue", desk),
        Fact(call, at + chance.choice([5000, 70_000]), "connect", desk, chance.choice(["101", "102"])),
        Fact(call, at + 90_000, "leave", desk, "CONTINUE"),
        Fact(call, at + 91_000, "queue", "b"),
        Fact(call, at + 99_000, "end"),
    ]
    return told[:2] + [piece for piece in told[2:] if chance.random() < 0.7]


class Scene:
    """A database that things are done to, with a keeper whose time is set."""

    def __init__(self, url: str, chance: random.Random, zone: ZoneInfo = SEOUL) -> None:
        self.store, self.chance, self.zone, self.now = Store(url), chance, zone, NOW
        self.store.migrate()
        with self.store.transaction() as session:
            for table in reversed(models.Base.metadata.sorted_tables):
                if table.name not in ("audit", "audit_head", "audit_cuts"):
                    session.execute(delete(table))
        self.keeper = Keeper(self.store, zone, lambda: self.now)
        self.count = 0

    def record(self) -> None:
        """A few calls, new or told of again."""
        known: list[object] = []
        for _ in range(self.chance.randint(1, 4)):
            self.count += 1
            n = self.chance.randint(1, self.count)
            known += facts(n, T + random.Random(n).randrange(11 * DAY_MS), self.chance)
        with self.store.transaction() as session:
            calls.record(session, known)  # type: ignore[arg-type]

    def bring_in(self) -> None:
        """An import, a month old calls among it."""
        n, at = self.chance.randrange(9), T - self.chance.randrange(30) * DAY_MS // 3
        row = Row(at, "a", at + 1000, at + 60_000, "answered")
        brought = [Brought(f"old-{n}", None, None, Told("1000", row=row).to_json())]
        when = datetime.fromtimestamp(at / 1000, UTC)
        file = Import(id=f"f{n}", name="f", form="sheet", source="old", at=NOW, first=when, last=when)
        with self.store.transaction() as session:
            imports.bring_in(session, file, brought)

    def undo(self) -> None:
        """An import is taken back."""
        with self.store.transaction() as session:
            imports.undo(session, f"f{self.chance.randrange(9)}")

    def keep(self) -> None:
        """A batch of the keeper's."""
        self.keeper.step()

    def keep_all(self) -> None:
        """All there is to keep."""
        for _ in range(200):
            if not self.keeper.step():
                return
        raise AssertionError("the keeper comes to no end")

    def back(self) -> None:
        """The keeper's clock is another."""
        self.now = START + timedelta(hours=self.chance.randrange(12 * 24))

    def check(self, period: Period) -> None:
        """What reports say is what the calls say."""
        with self.store.reading() as session:
            for by in (None, *get_args(By)):
                for where in self.chance.sample(FILTERS, 2):
                    live = {name: Tally.of(of) for name, of in contacts(session, period, by, where).items()}
                    live = live if by else {"": live.get("", Tally())}
                    assert queries.tallies(session, period, by, where) == live, (by, where)
                    if by:
                        alone = {name: Tally(*(getattr(of, one) for one in RESULTS)) for name, of in live.items()}
                        assert queries.results(session, period, by, where) == alone, (by, where)
                assert callers.returns(session, period, by, self.now, where) == again(
                    session, period, by, self.now, where
                )
            apart: dict[str, waits.Counts] = defaultdict(Counter)
            for desk, _, entry in waits.entries(session, period):
                apart[desk].update(waits.measured(entry))
            told = {desk: waits.figures(counts) for desk, counts in sorted(apart.items())}
            assert waits.waits(session, period, {}).desks == told
            parts = [repeats.of_calls(session, Period(start, end, self.zone)) for start, end in months(period)]
            assert list(repeats.by_month(session, period).values()) == parts
            for where in (Filter(), Filter(line="1000"), Filter(topic="desk/a")):
                span = (*within(models.Call.started_at, period), *where.about_calls())
                rows = counting.exits(session, span, {})
                assert queries.exits(session, period, where) == {
                    (row["flow"], row["step"], row["exit"]): row["calls"] for row in rows
                }


def again(session: Session, period: Period, by: By | None, now: datetime, where: Filter) -> dict[str, Returns]:
    """Who called again, call by call."""
    call, visits = models.Call, []
    for id, who, at, line, language, topic in session.execute(
        select(call.id, call.who, call.started_at, call.line, call.language, topics.topic()).where(
            call.who.is_not(None)
        )
    ):
        legs = session.scalars(select(models.Leg).where(models.Leg.call == id).order_by(models.Leg.n)).all()
        answered = [leg for leg in legs if leg.connected_at or leg.outcome in SERVED]
        desk, agent = (answered[-1].desk, answered[-1].agent) if answered else (None, None)
        of = {"line": line, "topic": topic, "desk": desk, "agent": agent, "language": language}
        wanted = all(getattr(where, name) in (None, of[name]) for name in ("line", "topic", "desk", "agent"))
        name = group_name(by, of.get(by or "", at), period) if by else ""
        group = name if wanted and period.start <= at < period.end else None
        handed_over = any(leg.outcome == "handed_over" for leg in answered)
        visits.append(callers.Visit(who or "", topic, at, bool(answered), handed_over, group))
    return callers.judged(visits, now)


DEEDS = st.sampled_from(["record", "record", "bring_in", "undo", "keep", "keep_all", "back"])


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{Path(tmp_path_factory.mktemp('tallies')) / 'one.db'}"


def periods(chance: random.Random, zone: ZoneInfo) -> list[Period]:
    """All of it, and something cut out of it anywhere."""
    start = START + timedelta(minutes=chance.randrange(10 * 1440))
    return [
        Period(START - timedelta(days=30), NOW, zone),
        Period(start, start + timedelta(minutes=chance.randrange(1, 4 * 1440)), zone),
    ]


@settings(max_examples=12, deadline=None)
@given(
    st.lists(DEEDS, min_size=3, max_size=9),
    st.randoms(use_true_random=False),
    st.sampled_from(["Asia/Seoul", "Asia/Kathmandu", "America/New_York"]),
)
def test_reports_say_what_the_calls_say(url: str, deeds: list[str], chance: random.Random, zone: str) -> None:
    scene = Scene(url, chance, ZoneInfo(zone))
    scene.record()
    for deed in deeds:
        getattr(scene, deed)()
    for period in periods(chance, scene.zone):
        scene.check(period)


def test_on_postgresql_too(postgres: str) -> None:  # noqa: F811
    chance = random.Random(6)
    scene = Scene(postgres, chance)
    for deed in ("record", "record", "keep_all", "record", "bring_in", "keep", "record", "keep_all", "undo", "record"):
        getattr(scene, deed)()
    for period in periods(chance, SEOUL):
        scene.check(period)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    scene = Scene(f"sqlite:///{tmp_path / 'one.db'}", random.Random(1))
    for _ in range(20):
        scene.record()
    scene.keep_all()
    return scene


def whole() -> Period:
    return Period(START - timedelta(days=40), NOW, SEOUL)


def test_what_is_kept_is_read_not_counted(scene: Scene) -> None:
    with scene.store.reading() as session:
        spans = kept.kept(session, whole(), None).spans
        assert set(spans.kept) == {"month", "day"}
        before = queries.tallies(session, whole(), None)
        settled = Period(whole().start, START + timedelta(days=4), SEOUL)
        returned = callers.returns(session, settled, "desk", NOW)
        february = Period(START - timedelta(days=26), START + timedelta(days=2), SEOUL)
        told, often = waits.waits(session, february, {}), repeats.by_month(session, february)
    with scene.store.transaction() as session:  # behind everybody's back
        session.execute(delete(models.Leg))
        session.execute(delete(models.Call))
    with scene.store.reading() as session:
        assert queries.tallies(session, whole(), None) == before
        assert before[""].contacts > 10
        assert callers.returns(session, settled, "desk", NOW) == returned
        assert sum(returned.values(), Returns()).week > 3
        assert waits.waits(session, february, {}) == told
        assert told.whole.told > 3
        assert repeats.by_month(session, february) == often
        assert often["2026-02"].calls > 1


def test_a_change_while_hours_are_counted_is_not_lost(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.record()
    put_down = Keeper._put_down

    def late(*args: object) -> bool:
        scene.record()
        return put_down(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(Keeper, "_put_down", late)
    scene.keeper.step()
    monkeypatch.undo()
    scene.check(whole())


def test_of_two_keepers_at_once_the_slower_drops_its_batch(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.record()
    put_down, other = Keeper._put_down, Keeper(scene.store, SEOUL, lambda: NOW)

    def slow(*args: object) -> bool:
        monkeypatch.undo()
        while other.step():
            pass
        scene.record()
        while other.step():
            pass
        return put_down(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(Keeper, "_put_down", slow)
    scene.keeper.step()
    scene.check(whole())
    scene.keep_all()
    scene.check(whole())
    with scene.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(TallyMark)) == 0


def test_a_keeper_killed_at_its_transaction_leaves_nothing_half_done(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.record()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("reports.rolls.void", killed)
    with pytest.raises(KeyboardInterrupt):
        scene.keeper.step()
    monkeypatch.undo()
    scene.check(whole())
    scene.keep_all()
    scene.check(whole())


def test_other_definitions_and_another_zone_are_counted_anew(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "VERSION", kept.VERSION + 1)
    monkeypatch.setattr("reports.keeper.VERSION", kept.VERSION)
    scene.check(whole())
    scene.keep_all()
    scene.check(whole())
    zone = ZoneInfo("America/New_York")
    period = Period(START - timedelta(days=20), NOW, zone)
    scene.check(period)
    scene.zone, scene.keeper = zone, Keeper(scene.store, zone, lambda: NOW)
    scene.keep_all()
    with scene.store.reading() as session:
        assert not kept.kept(session, whole(), None).spans.kept
        assert kept.kept(session, period, None).spans.kept
    scene.check(period)
    scene.check(whole())


def everything(session: Session, period: Period) -> list[object]:
    """What is kept of a period."""
    february = Period(START - timedelta(days=26), START + timedelta(days=2), SEOUL)
    told = waits.waits(session, period, {}), repeats.by_month(session, february)
    return [queries.tallies(session, period, "day"), queries.exits(session, period), *told]


def test_tallies_outlive_the_calls_that_are_deleted(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    before = START + timedelta(days=2)
    past = Period(START - timedelta(days=20), before, SEOUL)
    with scene.store.reading() as session:
        told = everything(session, past)
    assert scene.keeper.close(before)
    with scene.store.transaction() as session:
        session.execute(delete(models.Call).where(models.Call.started_at < before))
        session.execute(update(TallyMark).values(token=1))
    monkeypatch.setattr(kept, "VERSION", kept.VERSION + 1)
    monkeypatch.setattr("reports.keeper.VERSION", kept.VERSION)
    for _ in range(2):
        with scene.store.reading() as session:
            assert everything(session, past) == told
        scene.record()
        scene.keep_all()
    with scene.store.reading() as session:
        book = session.get_one(TallyBook, 1)
        assert (book.closed or before) > before


def test_a_month_whose_first_calls_are_deleted_keeps_its_callers(scene: Scene) -> None:
    february = Period(START - timedelta(days=26), START + timedelta(days=2), SEOUL)

    def called(n: int, day: int) -> None:
        told = Opening(f"n1-9{n}", "main", "ko", "v", None, "often")
        with scene.store.transaction() as session:
            calls.record(session, [Fact(told.call, T + day * DAY_MS, "enter", "1000"), told])
        scene.keep_all()

    for n, day in enumerate((-20, -19, -1)):
        called(n, day)
    with scene.store.reading() as session:
        often = repeats.by_month(session, february)
        assert often["2026-02"].repeated_calls >= 3
    before = START - timedelta(days=8)
    assert scene.keeper.close(before)
    with scene.store.transaction() as session:
        session.execute(delete(models.Call).where(models.Call.started_at < before))
    called(4, 1)
    with scene.store.reading() as session:
        assert repeats.by_month(session, february) == often


def test_what_is_not_counted_yet_can_not_be_closed(scene: Scene) -> None:
    scene.record()
    with scene.store.transaction() as session:
        calls.record(session, facts(1, T, random.Random(0)))  # type: ignore[arg-type]
    assert not scene.keeper.close(START + timedelta(days=2))
    assert not scene.keeper.close(NOW)
