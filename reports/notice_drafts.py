"""Drafts of notices for peaks to come, in the form of notices.yaml, for an admin to complete. They are off."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import yaml

from ivr.office.peaks import Peak
from ivr.records.history import ALL, Answerable
from reports.outlook import busiest

_SAY = {
    "ko": "{days} {title} 문의가 많을 것으로 보입니다. (가장 많이 묻는 한 가지를 여기에 적어 주십시오.)",
    "en": "We expect many calls about {title} {days}. (Write here the one fact that most callers ask for.)",
}
_OWNER = {"ko": "(담당 부서를 적어 주십시오)", "en": "(the department in charge)"}
_HEAD = """\
# Drafts by `ivr forecast --draft`: nothing here is heard by anybody.
# Complete `say` and `owner`, copy what you want into notices.yaml of the office, run `ivr check`,
# and take `state: off` away (or switch it on: ivr notice on NAME).
"""


class _Plain(yaml.SafeDumper):
    """A day that is both first and last is written twice, not as an alias."""

    def ignore_aliases(self, data: object) -> bool:
        """Always."""
        return True


def drafts(
    peaks: Sequence[Peak],
    answerable: Mapping[str, Answerable],
    title: Callable[[str], str],
    language: str,
) -> str:
    """The file: one notice for each peak of a flow or desk; of all calls only where no topic accounts for it.

    language: the office's first one.
    """
    told = [peak for peak in peaks if re.match("(flow|desk)/", peak.topic)]
    told += [
        peak
        for peak in peaks
        if peak.topic == ALL and not any(one.first <= peak.last and peak.first <= one.last for one in told)
    ]
    parts = []
    for peak in sorted(told, key=lambda peak: (peak.first, peak.topic)):
        name = re.sub(r"[^a-z0-9_]", "_", peak.topic.partition("/")[2])[:25] or "calls"
        written = {f"peak_{name}_{peak.first:%m%d}": _notice(peak, title, language)}
        notice = yaml.dump(written, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=110)
        lines = [_why(peak, answerable.get(peak.topic)), *notice.splitlines()]
        parts.append("\n".join(f"  {line}" for line in lines))
    return _HEAD + ("notices:\n" + "\n\n".join(parts) if parts else "# No peak is expected.") + "\n"


def _notice(peak: Peak, title: Callable[[str], str], language: str) -> dict[str, object]:
    tongue = language if language in _SAY else "en"
    first, last = peak.first, peak.last
    if tongue == "ko":
        days = f"{first.month}월 {first.day}일" + (f"부터 {last.month}월 {last.day}일까지" if last != first else "에")
    else:
        days = f"from {first:%d %B} to {last:%d %B}" if last != first else f"on {first:%d %B}"
    topic = {"ko": "전화", "en": "everything"}[tongue] if peak.topic == ALL else title(peak.topic)
    notice: dict[str, object] = {"say": _SAY[tongue].format(days=days, title=topic), "owner": _OWNER[tongue]}
    notice |= {"from": peak.first, "until": peak.last, "state": "off", "at_most": 1}
    if peak.topic.startswith("desk/"):
        notice["desks"] = [peak.topic.removeprefix("desk/")]
    return notice


def _why(peak: Peak, share: Answerable | None) -> str:
    known = (
        f"; of last year's, {share.settled / share.ended:.0%} were settled by one fact" if share and share.ended else ""
    )
    return (
        f"# {peak.topic or 'all calls'}: {peak.calls:.0f} calls expected on {peak.worst}, usual {peak.usual:.0f}; "
        f"most at {busiest(peak)}{known}"
    )
