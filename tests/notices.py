"""A small office with notices, for tests of what happens to them at run time."""

from __future__ import annotations

from pathlib import Path

from ivr.language import loader
from ivr.language.office import Office
from tests import offices

MAIN = "  news: {announce: line, next: bye}\n  bye: {hangup: 안녕히 계십시오.}\n"
NOTICES = """\
notices:
  exam: {say: 오늘은 수능일입니다., owner: 중등교육과, until: 2099-12-31, state: "off"}
  daily: {say: 오늘의 소식입니다., owner: 홍보담당관, until: 2099-12-31, at_most: 1}
  crowded: {say: 통화가 밀려 있습니다., owner: 민원실, until: 2099-12-31, load: {waiting: {on: 3, off: 1}}}
  flooded: {say: 강당이 침수되었습니다., owner: 총무과, until: 2099-12-31, emergency: true}
  past: {say: 지난 일입니다., owner: 총무과, until: 2020-01-01}
  later: {say: 나중 일입니다., owner: 총무과, from: 2099-01-01, until: 2099-12-31}
"""


def office(folder: Path, notices: str = NOTICES, zone: str = "Asia/Seoul") -> Office:
    """The office, loaded; its files are in `folder`."""
    calendar = offices.CALENDAR.replace("Asia/Seoul", zone)
    return loader.load(offices.write(folder, MAIN, notices=notices, calendar=calendar))
