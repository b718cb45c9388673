"""`ivr reload` where no line runs: checked, put in place, listed, gone back from; two at once; who follows."""

from __future__ import annotations

import json
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from callback.api_service import Services
from ivr.cli import Program
from ivr.cli.reload import reload
from ivr.config import host_port
from ivr.errors import BadInput
from ivr.records.keys import Keys
from ivr.records.store import Store
from ivr.telephony import claim
from tests import offices
from tests.exchange import settings, wait_for

FLOW = "  hello: {say: 안녕하십니까, next: hangup}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """config.yaml of an installation with a small office."""
    office = offices.write(tmp_path / "office", FLOW)
    offices.hush(office, "ko")
    config = settings(tmp_path, office=str(office), lines={"1000": {"flow": "main"}})
    path = tmp_path / "config.yaml"
    path.write_text(json.dumps(config.model_dump(mode="json", exclude={"base"}, exclude_unset=True)))
    return path


def run(file: Path, *words: str) -> Result:
    return CliRunner().invoke(reload, words, obj=Program(file))


def edit(file: Path, old: str, new: str, name: str = "main") -> None:
    path = file.parent / f"office/{name}.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def in_place(file: Path) -> str:
    return Program(file).versions.marked()


def test_a_good_office_is_put_in_place_and_what_changed_is_told(file: Path) -> None:
    first = run(file)
    assert (first.exit_code, in_place(file) in first.output) == (0, True)
    assert "no line runs: it takes effect at the next start" in first.output
    before = in_place(file)
    (file.parent / "office/more.yaml").write_text(f"title: 더\nsteps:\n{FLOW}")
    edit(file, "next: hangup", "next: flow/more")
    edit(file, "  tax: {name: 세무팀", "  dues: {name: 수납팀", name="desks")
    told = run(file).output
    for line in ("flows: + more, ~ main\n", "desks: + dues, - tax\n", f"back: ivr reload --to {before}\n"):
        assert line in told
    again = run(file).output
    assert "flows" not in again
    assert "back" not in again


def test_of_a_broken_office_every_problem_is_told_and_nothing_changes(file: Path) -> None:
    run(file)
    before, kept = in_place(file), Program(file).versions.kept()
    edit(file, "next: hangup", "next: nowhere")
    edit(file, "operators:", "operator:", name="desks")
    done = run(file)
    assert done.exit_code == 1
    assert "nowhere" in done.output
    assert "the desk “operators” is missing" in done.output
    assert "nothing was changed" in done.output
    assert (in_place(file), Program(file).versions.kept()) == (before, kept)


def test_what_the_settings_need_must_be_there(file: Path) -> None:
    run(file)
    before = in_place(file)
    (file.parent / "office/main.yaml").rename(file.parent / "office/other.yaml")
    done = run(file)
    assert done.exit_code == 1
    assert "no flow “main”" in done.output
    assert in_place(file) == before


@contextmanager
def engine(file: Path) -> Iterator[None]:
    """Something that answers as the engine does."""
    address = host_port(Program(file).config.engine.agi)

    class Pong(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.rfile.readline()
            self.wfile.write(b"NOOP\n")

    with socketserver.ThreadingTCPServer(address, Pong) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


def test_an_engine_without_its_exchange_and_a_line_without_its_engine_are_told(file: Path) -> None:
    with claim.held(Program(file).config, file, print):
        done = run(file)
        assert "no engine answers" in str(done.exception)
        with engine(file):
            done = run(file)
            assert "the exchange is down, so no call comes in: ivr pbx start" in str(done.exception)
            assert "next call" not in done.output


def test_a_line_added_to_the_settings_is_not_taken_by_half(file: Path) -> None:
    run(file)
    before = in_place(file)
    edit(file, "안녕하십니까", "어서 오십시오")
    with claim.held(Program(file).config, file, print):
        settings_ = json.loads(file.read_text())
        settings_["lines"]["1002"] = {"flow": "main"}
        file.write_text(json.dumps(settings_))
        done = run(file)
        assert "has changed since the line was started (lines)" in str(done.exception)
        assert in_place(file) == before
    assert run(file).exit_code == 0, "with no line running, the start takes both"
    assert in_place(file) != before


def test_versions_are_listed_and_one_can_be_gone_back_to(file: Path) -> None:
    assert "put in place yet" in run(file, "--list").output
    run(file)
    first = in_place(file)
    edit(file, "안녕하십니까", "어서 오십시오")
    run(file)
    second = in_place(file)
    listed = run(file, "--list").output.splitlines()
    assert [line.split()[2:] for line in listed] == [[second, "current"], [first]]
    assert run(file, "--to", first).exit_code == 0
    assert in_place(file) == first
    assert Program(file).versions.adopt_or_last(file.parent / "office").version == first, "a start stays with it"
    with pytest.raises(BadInput, match=r"there is no version “\.\./office”"):
        CliRunner().invoke(reload, ["--to", "../office"], obj=Program(file), catch_exceptions=False)
    run(file)
    assert in_place(file) == second


def test_two_at_once_leave_one_whole_version(file: Path) -> None:
    command = [sys.executable, "-m", "ivr.cli", "--config", str(file), "reload"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for _ in range(2)]
    told = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    (kept,) = Program(file).versions.kept()
    assert kept.version == in_place(file)
    assert not list((file.parent / "data/offices").glob(".new-*"))


def test_requests_to_the_web_api_take_the_version_in_place(file: Path) -> None:
    run(file)
    program, other = Program(file), Program(file)
    keys, store = Keys(program.config.keys_dir), Store(program.config.database_url)
    services = Services(program.versions.newest_good, keys, store)
    first = services.newest()
    assert services.newest() is first
    edit(file, "세무팀", "지방세팀", name="desks")
    run(file)
    assert services.newest().office.desks.desks["tax"].name == "지방세팀"
    assert other.in_use().version == services.newest().office.version


@pytest.mark.slow
def test_a_worker_goes_on_by_the_version_in_place(file: Path) -> None:
    run(file)
    command = [sys.executable, "-m", "ivr.cli", "--config", str(file), "worker"]
    log = file.parent / "data/log/worker.log"
    worker = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        wait_for(lambda: log.exists() and "keeps the clock" in log.read_text(), 30, "the worker")
        edit(file, "세무팀", "지방세팀", name="desks")
        run(file)
        wait_for(lambda: log.read_text().count("keeps the clock") == 2, 30, "the worker with the other version")
    finally:
        worker.terminate()
    assert worker.wait(30) == 0
