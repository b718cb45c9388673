"""The words for cases in every language: from cases.yaml, and from the translations in texts/<language>.yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ivr.language.cases import STATUSES, CaseBook, CasesForm, CaseTexts, CaseWords
from ivr.language.draft import Draft
from ivr.language.source import did_you_mean

KOREAN = "ko"
"""The language that statuses are named in."""


def compose(draft: Draft, first: str) -> CaseBook:
    """The book of an office's cases; what is missing or left over in a language goes to the draft's problems."""
    form = draft.cases
    if form is None:
        for language in draft.texts:
            if draft.texts[language].cases is not None and "cases.yaml" not in draft.sources:
                _complain(draft, language, (), "there is no cases.yaml whose words these could be")
        return CaseBook()
    words = {language: _words(draft, form, first, language) for language in dict.fromkeys([first, *draft.texts])}
    return CaseBook(form.clock, form.types, words)


def _words(draft: Draft, form: CasesForm, first: str, language: str) -> CaseWords:
    texts = draft.texts.get(language)
    said = (texts.cases if texts else None) or CaseTexts()
    own = {name: type.name for name, type in form.types.items()} if language == first else {}
    types = own | _section(draft, language, "types", said.types, [n for n in form.types if n not in own])
    named = {status: str(status) for status in STATUSES} if language == KOREAN else {}
    statuses = named | _section(draft, language, "statuses", said.statuses, [s for s in STATUSES if s not in named])
    if language != first and said.remedy is None:
        _complain(draft, language, (), "the translation of the remedy is missing", "remedy: …")
    elif language == first and said.remedy is not None:
        _complain(draft, language, ("remedy",), "the remedy stands in cases.yaml already", "delete it here")
    return CaseWords(types, statuses, form.remedy if language == first else said.remedy or "")


def _section(
    draft: Draft, language: str, section: str, said: Mapping[str, str], needed: Sequence[str]
) -> dict[str, str]:
    """The translations of a section, held against what it needs."""
    for name in needed:
        if name not in said:
            _complain(draft, language, (section,), f"the translation of “{name}” is missing", f"{name}: …")
    for name in said:
        if name not in needed:
            hint = did_you_mean(name, needed)
            _complain(draft, language, (section, name), f"“{name}” is nothing to translate here", hint)
    return dict(said)


def _complain(draft: Draft, language: str, at: tuple[str, ...], message: str, hint: str = "") -> None:
    source = draft.sources.get(f"texts/{language}.yaml")
    if source is None:  # the office's own language isn't Korean, and has no file of texts
        source, hint = draft.sources["cases.yaml"], f"write texts/{language}.yaml"
    draft.problems.append(source.problem(("cases", *at), message, hint, key=True))
