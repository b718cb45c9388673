"""The notices of notices.yaml, each by itself: one that is wrong hides nothing of the others."""

from __future__ import annotations

from ivr.language.draft import Draft
from ivr.language.notices import FOLDER, NamedNotices, Notice


def take(draft: Draft, form: NamedNotices | None) -> None:
    """Take them into the draft; what is wrong with one goes to its file's problems."""
    draft.declared[FOLDER] = set(form.notices) if form else set()
    for name, raw in form.notices.items() if form else ():
        notice = draft.sources[f"{FOLDER}.yaml"].validate(Notice, (FOLDER, name), raw)
        if notice is not None:
            draft.notices[name] = notice
