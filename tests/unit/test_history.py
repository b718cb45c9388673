"""Asterisk's queue_log and CDR, told as calls: what each line means, and on which clock it was written."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.history import cdr, queue_log
from ivr.history.cdr_clock import Clock
from ivr.history.map_form import Map
from ivr.history.moments import Wall
from ivr.history.naming import Names
from ivr.history.telling import Complaints, Notes, Telling, shown
from ivr.language.desks import Desks
from ivr.records.journey import Journey
from ivr.records.retold import Row, Told, journey

T = 1_795_219_200  # 2026-11-21 00:00 UTC, 09:00 in Seoul
SEOUL = ZoneInfo("Asia/Seoul")
DESKS = Desks.model_validate(
    {
        "agents": {"101": "김하늘", "111": "박가람"},
        "desks": {
            "operators": {"name": "상담실", "agents": ["101"]},
            "certificates": {"name": "민원 담당자", "agents": ["111"]},
            "east": {"name": "동부", "district": "east", "number": "5101"},
        },
    }
)


def names(**of_map: object) -> Names:
    return Names(DESKS, Map.model_validate(of_map), {"1000"})


def notes() -> Notes:
    return Notes(Complaints("queue_log"))


def log(text: str, noted: Notes | None = None, **of_map: object) -> dict[str, Telling]:
    """The calls of a queue_log whose lines begin with seconds after T."""
    lines = []
    for line in text.strip().splitlines():
        second, _, rest = line.strip().partition("|")
        lines.append(f"{T + int(second)}|{rest}\n")
    return {one.call: one for one in queue_log.tell(lines, names(**of_map), noted or notes())}


def legs(way: Journey) -> list[str]:
    """Each leg as "desk:outcome joined-connected-left", in seconds after T."""

    def s(ms: int | None) -> str:
        return "" if ms is None else str(ms // 1000 - T)

    return [f"{g.desk}:{g.outcome} {s(g.queued_at)}-{s(g.connected_at)}-{s(g.left_at)}" for g in way.legs]


def made(*tellings: Telling) -> Journey:
    return journey(tellings[0].call, [one.told for one in tellings])


HANDED_OVER = "operators:handed_over 0-4-9"


@pytest.mark.parametrize(
    ("lines", "expected", "outcome"),
    [
        ("ENTERQUEUE||01012345678|1 4:CONNECT|4|x|2 9:COMPLETECALLER|4|5|1", "operators:answered 0-4-9", "answered"),
        ("ENTERQUEUE||01012345678|1 4:CONNECT|4|x|2 9:COMPLETEAGENT|4|5|1", "operators:answered 0-4-9", "answered"),
        ("ENTERQUEUE||01012345678|1 9:ABANDON|1|1|9", "operators:abandoned 0--9", "abandoned"),
        ("ENTERQUEUE||01012345678|1 3:ABANDON|1|1|3", "operators:short_abandoned 0--3", "short_abandoned"),
        ("ENTERQUEUE||01012345678|1 8:EXITWITHTIMEOUT|1|1|8", "operators:no_answer 0--8", "failed"),
        ("ENTERQUEUE||01012345678|1 8:EXITEMPTY|1|1|8", "operators:empty 0--8", "failed"),
        ("ENTERQUEUE||01012345678|1 8:EXITWITHKEY|1|1|1|8", "operators:abandoned 0--8", "abandoned"),
        ("JOINEMPTY", "operators:empty 0--0", "failed"),
        ("FULL", "operators:full 0--0", "failed"),
        ("ENTERQUEUE||01012345678|1 4:CONNECT|4|x|2 9:BLINDTRANSFER|5101|c|4|5", HANDED_OVER, "answered"),
        ("ENTERQUEUE||01012345678|1 4:CONNECT|4|x|2 9:ATTENDEDTRANSFER|x|y|4|5", HANDED_OVER, "answered"),
        # Asterisk was killed: nobody told how it ended
        ("ENTERQUEUE||01012345678|1 4:CONNECT|4|x|2", "operators:answered 0-4-", "cut"),
        ("ENTERQUEUE||01012345678|1", "operators:cut 0--", "cut"),
    ],
)  # fmt: skip
def test_what_a_queue_log_says_becomes_our_words(lines: str, expected: str, outcome: str) -> None:
    text = []
    for line in lines.split(" "):
        second, _, event = line.rpartition(":") if line[0].isdigit() else ("0", "", line)
        text.append(f"{second}|{T}.7|desk-operators|{'101' if 'CONNECT' in event else 'NONE'}|{event}")
    told = log("\n".join(text))[f"asterisk-{T}.7"]
    way = made(told)
    assert legs(way) == [expected]
    assert way.outcome == outcome
    assert told.caller == ("01012345678" if "ENTER" in lines else "")


def test_a_call_goes_from_queue_to_queue_within_a_second() -> None:
    told = log(
        """0|t1-1.9|desk-certificates|NONE|ENTERQUEUE||01012345678|1
        0|t1-1795219200.9|desk-certificates|NONE|ENTERQUEUE||01012345678|1
        0|t1-1795219200.9|desk-certificates|111|RINGNOANSWER|0
        0|t1-1795219200.9|desk-certificates|NONE|EXITWITHTIMEOUT|1|1|0
        0|t1-1795219200.9|desk-operators|NONE|ENTERQUEUE||01012345678|1
        0|t1-1795219200.9|desk-operators|NONE|EXITWITHTIMEOUT|1|1|0
        0|t1-1795219200.9|desk-certificates|NONE|ENTERQUEUE||01012345678|1
        2|t1-1795219200.9|desk-certificates|PJSIP/111-0000000a|CONNECT|2|x|1
        7|t1-1795219200.9|desk-certificates|PJSIP/111-0000000a|COMPLETECALLER|2|5|1"""
    )
    way = made(told["t1-1795219200.9"])
    assert [leg.outcome for leg in way.legs] == ["no_answer", "no_answer", "answered"]
    assert way.legs[-1].agent == "111"


def test_lines_that_are_of_no_caller_are_passed_over() -> None:
    noted = notes()
    assert log("0|NONE|NONE|NONE|QUEUESTART|\n1|x|NONE|111|PAUSEALL|\n1|x|q|111|ADDMEMBER|", noted) == {}
    assert not list(noted.complaints.problems())


def test_the_number_called_and_names_of_the_office() -> None:
    told = log(
        """0|1.1|민원실|NONE|DID|1000
        0|1795219200.1|민원실|NONE|DID|1000
        1|1795219200.1|민원실|NONE|ENTERQUEUE||01012345678|1
        3|1795219200.1|민원실|박가람|CONNECT|2|x|1
        9|1795219200.1|민원실|박가람|COMPLETEAGENT|2|6|1""",
        desks={"민원실": "certificates"},
        source="old_pbx",
    )
    way = made(told["old_pbx-1795219200.1"])
    assert (way.line, way.legs[0].desk, way.legs[0].agent) == ("1000", "certificates", "111")


@pytest.mark.parametrize(
    ("name", "desk"),
    [
        ("operators", "operators"),
        ("desk-east", "east"),
        ("officer-111", "certificates"),
        ("상담실", "operators"),
        ("5101", "east"),
    ],
)
def test_a_queue_is_known_by_every_name_of_its_desk(name: str, desk: str) -> None:
    assert names().desk(name) == desk


def test_a_skipped_queue_is_left_out_and_an_unknown_one_is_wrong() -> None:
    noted = notes()
    text = f"0|{T}.1|fax|NONE|ENTERQUEUE||010|1\n1|{T}.1|0212345678|NONE|ENTERQUEUE||010|1"
    assert log(text, noted, desks={"fax": "skip"}) == {}
    (problem,) = noted.complaints.problems()
    assert (problem.line, problem.message) == (2, "the office has no desk “9999999999”")
    assert sum(noted.left_out.values()) == 1


def test_an_officers_private_number_is_masked() -> None:
    assert names().agent("Local/01012345678@from-queue/n") == "010-****-5678"


def test_what_looks_like_a_number_is_shown_by_its_shape_alone() -> None:
    assert shown("010-1234-5678") == "999-9999-9999"
    assert shown("민원 2팀\x1b[2J") == "민원 2팀?[2J"
    assert len(shown("가" * 500)) == 41


def test_the_log_of_one_call_cut_in_two_is_one_call() -> None:
    first = log(f"0|{T}.1|operators|NONE|ENTERQUEUE||01012345678|1\n4|{T}.1|operators|101|CONNECT|4|x|2")
    then = log(f"9|{T}.1|operators|101|COMPLETECALLER|4|5|1")
    call = f"asterisk-{T}.1"
    assert legs(made(first[call], then[call])) == legs(made(then[call], first[call])) == ["operators:answered 0-4-9"]


def cdr_row(start: int, end: int, application: str, to: str = "", **other: object) -> list[str]:
    values: dict[str, object] = {
        "src": "01012345678",
        "dst": "s",
        "answer": start,
        "disposition": "ANSWERED",
        "id": f"{T}.1",
    }
    values |= {"data": "desk-operators,crt,,,20", "channel": "PJSIP/in-00000001", **other}

    def at(second: object) -> str:
        return f"{datetime.fromtimestamp(T + int(str(second)), UTC):%Y-%m-%d %H:%M:%S}" if second is not None else ""

    ids = [values["id"], "", "", values["id"], "5"] if values["id"] else []
    cells = ["", values["src"], values["dst"], "ctx", "", values["channel"], to, application, values["data"], at(start)]
    cells += [at(values["answer"]), at(end), end - start, end - start, values["disposition"], "DOCUMENTATION", *ids]
    return [str(cell) for cell in cells]


def records(*rows: list[str], noted: Notes | None = None, zone: str = "UTC") -> list[Telling]:
    clock = Clock(Wall(ZoneInfo(zone)), known=False)
    return list(cdr.tell(enumerate(rows, 1), names(), noted or notes(), clock))


AGENT = "PJSIP/101-00000002"


def test_a_cdr_of_a_direct_call_tells_the_pick_up() -> None:
    (told,) = records(cdr_row(0, 30, "Dial", AGENT, dst="101", answer=8, data="PJSIP/101,20"))
    way = made(told)
    assert legs(way) == ["operators:answered 0-8-30"]
    assert way.ended_at
    assert way.ended_at // 1000 == T + 30
    assert way.line is None, "an extension is none"


def test_behind_a_menu_a_cdr_does_not_tell_the_pick_up() -> None:
    (told,) = records(cdr_row(0, 30, "Queue", AGENT))
    assert legs(made(told)) == ["operators:answered 0--30"]


def test_rows_of_a_call_become_its_legs() -> None:
    ring = {"disposition": "NO ANSWER", "data": "desk-certificates,crt"}
    (told,) = records(
        cdr_row(0, 5, "Queue", "PJSIP/111-0000000a", **ring),
        cdr_row(5, 9, "Queue", "PJSIP/112-0000000a", **ring),
        cdr_row(9, 20, "Queue", AGENT),
        cdr_row(20, 29, "Queue", "PJSIP/d-0000000a", data="desk-east", disposition="NO ANSWER"),
    )
    way = made(told)
    assert legs(way) == ["certificates:no_answer 0--9", "operators:handed_over 9--20", "east:abandoned 20--29"]
    assert way.outcome == "answered"


def test_a_caller_whom_nobody_was_rung_for_gave_up() -> None:
    """The menu had answered, so the row says ANSWERED; nobody was reached."""
    (told,) = records(cdr_row(0, 30, "Queue"))
    assert legs(made(told)) == ["operators:abandoned 0--30"]


def test_a_call_that_met_only_the_menu_left_it() -> None:
    (told,) = records(cdr_row(0, 30, "AGI", data="agi://x"))
    assert (made(told).outcome, made(told).legs) == ("left_menu", [])


def test_what_is_no_call_to_the_office_is_left_out() -> None:
    noted = notes()
    rows = [
        cdr_row(0, 9, "Dial", "PJSIP/out-00000002", dst="01099998888"),
        cdr_row(0, 9, "VoiceMailMain", channel="PJSIP/101-00000004"),
        cdr_row(0, 9, "Queue", AGENT, channel="Local/101@x-00000001;2"),
    ]
    assert records(*rows, noted=noted) == []
    assert sorted(noted.left_out.values()) == [1, 1, 1]


def test_a_queue_log_and_a_cdr_complete_each_other() -> None:
    (record,) = records(cdr_row(-3, 31, "Queue", AGENT, dst="1000"))
    logged = log(
        f"0|{T}.1|operators|NONE|ENTERQUEUE||01012345678|1\n8|{T}.1|operators|101|CONNECT|8|x|2\n"
        f"30|{T}.1|operators|101|COMPLETECALLER|8|22|1"
    )[record.call]
    for way in (made(record, logged), made(logged, record)):
        assert legs(way) == ["operators:answered 0-8-30"]
        assert way.ended_at
        assert (way.line, way.started_at // 1000, way.ended_at // 1000) == ("1000", T - 3, T + 31)


def test_without_unique_ids_a_row_is_a_call() -> None:
    told = records(
        cdr_row(0, 5, "Queue", AGENT, id="", disposition="NO ANSWER"), cdr_row(5, 9, "Queue", AGENT, id="", data="east")
    )
    assert [made(one).legs[0].desk for one in told] == ["operators", "east"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({9: "2026-13-41 00:00:00"}, "start, answer, end or duration is none"),
        ({12: "-5"}, "the duration is none"),
        ({14: "MAYBE"}, "isn't a row of Master.csv"),
        ({8: "unknown_queue"}, "the office has no desk “unknown_queue”"),
        ({9: "2001-01-01 00:00:00", 16: "", 19: ""}, "2001-01-01 is before 2020"),
    ],
)
def test_a_wrong_row_is_told_with_its_line(change: dict[int, str], reason: str) -> None:
    noted = notes()
    row = cdr_row(0, 30, "Queue", AGENT)
    for place, text in change.items():
        row[place] = text
    assert records(cdr_row(0, 9, "Queue", AGENT, id=f"{T}.5"), row, noted=noted)
    (problem,) = noted.complaints.problems()
    assert problem.line == 2
    assert problem.message.startswith(reason)


def test_the_unique_ids_tell_the_clock_of_a_cdr() -> None:
    utc, seoul = Clock(Wall(SEOUL), known=False), Clock(Wall(SEOUL), known=False)
    assert utc.second(datetime(2026, 11, 21), T) == T  # noqa: DTZ001
    assert seoul.second(datetime(2026, 11, 21, 9), T) == T  # noqa: DTZ001
    assert (str(utc), str(seoul)) == ("UTC, as the unique ids tell", "Asia/Seoul")
    assert seoul.second(datetime(2026, 11, 21, 9, 0, 30), None) == T + 30  # noqa: DTZ001


def test_the_unique_ids_tell_the_hour_that_is_there_twice() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    clock = Clock(Wall(berlin), known=True)
    wall = datetime(2026, 10, 25, 2, 30)  # noqa: DTZ001
    first, second = (int(wall.replace(tzinfo=berlin, fold=fold).timestamp()) for fold in (0, 1))
    assert second - first == 3600
    assert [clock.second(wall, first), clock.second(wall, second)] == [first, second]
    with pytest.raises(ValueError, match="twice"):
        clock.second(wall, None)


def test_a_wall_clock_over_a_change_of_summer_time() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    twice, never = datetime(2026, 10, 25, 2, 30), datetime(2026, 3, 29, 2, 30)  # noqa: DTZ001
    assert Wall(berlin, "earlier").utc(twice).hour == 0
    assert Wall(berlin, "later").utc(twice).hour == 1
    with pytest.raises(ValueError, match="was on no clock"):
        Wall(berlin, "later").utc(never)


def test_what_is_kept_of_a_telling_is_the_telling() -> None:
    for told in (Told("1000", queue_log=((5, "queue", "a", ""),)), Told(None, row=Row(1, "a", None, 2, "full"))):
        assert Told.from_json(told.to_json()) == told


def test_reasons_are_listed_once_and_bounded() -> None:
    complaints = Complaints("f")
    for line in range(1, 1000):
        complaints.add(line, "always the same")
        complaints.add(line, f"reason {line}")
    problems = list(complaints.problems())
    assert problems[0].message == "always the same (also lines 2, 3, 4, 5, 994 more)"
    assert len(problems) == 101
    assert problems[-1].message == "900 more wrong rows, for other reasons"
