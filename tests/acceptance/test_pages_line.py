"""What is done in the pages, on a real exchange: a notice that is switched there is heard by the next call, and a flow
that is edited and put in place there is taken by the next call.
"""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from ivr.cli.engine import serving
from ivr.cli.speech import Speech
from ivr.language.office import Office
from ivr.language.prompt import Prompt
from ivr.office.versions import Versions
from ivr.records.keys import Keys
from ivr.records.store import Store
from ivr.speech.words import spoken
from tests import offices
from tests.acceptance.line import Clock, Line, exchange_of
from tests.exchange import wait_for
from tests.pages import once
from tests.site import Site
from tests.telephone import Caller

pytestmark = pytest.mark.slow

MAIN = """\
  greeting: {say: 안녕하십니까., next: news}
  news: {announce: line, next: bye}
  bye: {hangup: 안녕히 계십시오.}
"""
NOTICES = """\
notices:
  closed: {say: 오늘은 일찍 닫습니다., owner: 총무과, until: 2099-12-31, state: "off"}
"""
DESKS = 'agents: {"101": 김하나}\ndesks:\n  operators: {name: 상담실, agents: ["101"]}\n'


def test_what_is_done_in_the_pages_is_heard_by_the_next_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = offices.write(tmp_path / "office", MAIN, notices=NOTICES, desks=DESKS)
    offices.hush(files, "ko")
    heard: list[str] = []
    plain = Speech.speak

    def speak(self: Speech, office: Office, prompts: tuple[Prompt, ...], language: str, slow: bool = False) -> str:
        heard.extend(spoken(prompt, language) for prompt in prompts)
        return plain(self, office, prompts, language, slow)

    monkeypatch.setattr(Speech, "speak", speak)
    with exchange_of(tmp_path, files, exchange={"practice": False}, lines={"1000": {"flow": "main"}}) as exchange:
        config = exchange.config
        versions = Versions(config.data_dir / "offices")
        office = versions.adopt(config.office_dir)
        store = Store(config.database_url)
        store.migrate()
        admin = Site.of(config, versions.newest_good, Keys(config.keys_dir), store).as_("admin")
        clock, caller = Clock(datetime.datetime.now(datetime.UTC)), Caller(config.exchange.sip, tmp_path)
        with serving(config, versions, clock):
            line = Line(exchange, store, caller, office, clock, 21_000_000)

            def hears(words: str) -> bool:
                """Whether the next caller hears these words."""
                before = len(heard)
                line.dial("1000", "end")
                return any(words in said for said in heard[before:])

            assert hears("안녕하십니까")
            assert not hears("오늘은 일찍 닫습니다")
            form = {"once": once(admin.get("/notice/closed").text), "change": "on", "reason": "폭설"}
            assert admin.post("/notice/closed/switch", form).status_code == 303
            wait_for(lambda: hears("오늘은 일찍 닫습니다"), 20, "the notice")

            page = admin.get("/flows/file", name="main.yaml").text
            text = (config.office_dir / "main.yaml").read_text().replace("안녕하십니까", "반갑습니다")
            edit = {
                "name": "main.yaml",
                "hash": page.split('name="hash" value="')[1].split('"')[0],
                "text": text,
                "stage": "save",
            }
            assert admin.post("/flows/file", edit).status_code == 303
            assert hears("안녕하십니까"), "what is only saved reaches nobody"
            answer = admin.post("/flows/reload")
            assert "다음 통화부터 쓰입니다" in answer.text
            assert hears("반갑습니다")
