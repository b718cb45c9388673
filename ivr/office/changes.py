"""What is different between two versions of an office, in a line for each kind of thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from ivr.language import loader
from ivr.language.office import Office

SHOWN = 8
"""Most names in a line."""


def changes(old: Office, new: Office) -> list[str]:
    """Lines like "flows: + survey, ~ main, - old" (new, changed, gone). Flows, tables and texts go by their files."""
    before, after = _files(old.folder), _files(new.folder)
    before |= {"desks": old.desks.desks, "officers": old.desks.agents}
    after |= {"desks": new.desks.desks, "officers": new.desks.agents}
    kinds = dict.fromkeys([*after, *before])
    return [f"{kind}: {told}" for kind in kinds if (told := _told(before.get(kind, {}), after.get(kind, {})))]


def _told(old: Mapping[str, object], new: Mapping[str, object]) -> str:
    names = list(_names(old, new))
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _names(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[str]:
    yield from (f"+ {name}" for name in new if name not in old)
    yield from (f"~ {name}" for name in new if name in old and new[name] != old[name])
    yield from (f"- {name}" for name in old if name not in new)


def _files(folder: Path) -> dict[str, Mapping[str, object]]:
    """Kind → name → content. desks.yaml is left out: it is told desk by desk."""
    found: dict[str, dict[str, bytes]] = defaultdict(dict)
    for path in sorted(path for pattern in loader.READ for path in folder.glob(pattern)):
        place = path.relative_to(folder)
        if place.parent != Path():
            found[place.parts[0]][str(Path(*place.parts[1:]).with_suffix(""))] = path.read_bytes()
        elif place.stem not in loader.FORMS:
            found["flows"][place.stem] = path.read_bytes()
        elif place.stem != "desks":
            found["files"][place.name] = path.read_bytes()
    return dict(found)
