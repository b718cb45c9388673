"""The chains of desks: whoever is asked for, somebody takes over in the end."""

from __future__ import annotations

from ivr.language.desks import OPERATORS, Desks
from ivr.language.draft import Draft


def check(draft: Draft) -> None:
    """Complain of an `overflow` that names what isn't there, one desk twice, or goes round without the operators."""
    desks = draft.desks
    if desks is None:
        return
    good = [_hops(draft, desks, name) for name in desks.desks]
    if all(good):  # else a chain can't be followed
        for name in desks.desks:
            _end(draft, desks, name)


def _hops(draft: Draft, desks: Desks, name: str) -> bool:
    """Whether each hop that the desk names is a flow or another desk, and none comes twice."""
    hops, good = desks.desks[name].overflow, True
    for i, hop in enumerate(hops):
        at = ("desks", name, "overflow", i)
        kind, _, target = hop.rpartition("/")
        if not kind and target not in desks.desks:
            draft.unknown("desks.yaml", at, "desk", target, desks.desks)
        elif kind and target not in draft.files:  # one that is there but broken is told of already
            draft.unknown("desks.yaml", at, "flow", target, draft.files)
        elif hop == name:
            draft.complain("desks.yaml", at, f"the desk “{name}” can't take over from itself", "leave it out")
        elif hop in hops[:i]:
            draft.complain("desks.yaml", at, f"“{hop}” stands here twice", "a desk is tried once: keep one of them")
        elif kind and i < len(hops) - 1:
            message = f"nothing comes after {hop}: it takes the caller away from the desks"
            draft.complain("desks.yaml", at, message, "put it last")
        else:
            continue
        good = False
    return good


def _end(draft: Draft, desks: Desks, name: str) -> None:
    """Whether the chain from a desk gets to the operators or to a flow."""
    chain = [name, *desks.chain(name)]
    if OPERATORS in chain or chain[-1].startswith("flow/"):
        return
    circle = " → ".join([*chain, desks.desks[chain[-1]].overflow[-1]])
    message = f"goes round and never gets to the operators: {circle}"
    draft.complain("desks.yaml", ("desks", name, "overflow"), message, f"end it with {OPERATORS} or flow/NAME")
