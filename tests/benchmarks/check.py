"""How long a large office takes to be loaded and to be checked, beside PyYAML's bare reading of the same files."""

from __future__ import annotations

import datetime
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click
import yaml

from ivr.language import loader
from ivr.language.checks import Review
from tests import offices

FLOW_STEPS = 50
DESKS = 100


def write(folder: Path, steps: int) -> None:
    """An office of about so many steps, half of them menus, each text in two languages, desks and a table."""
    desks = "".join(f'  d{n}: {{name: 부서 {n}, agents: ["{1000 + n}"]}}\n' for n in range(DESKS))
    agents = "".join(f'  "{1000 + n}": 담당 {n}\n' for n in range(DESKS))
    operators = '  operators: {name: 상담실, agents: ["1000"]}\n'
    rows = "".join(f"지역 {n},d{n % DESKS}\n" for n in range(9))
    names = ["main", *(f"f{n}" for n in range(1, steps // (FLOW_STEPS + FLOW_STEPS // 5)))]
    flows = {name: _flow(n, names[(n + 1) % len(names)]) for n, name in enumerate(names)}
    english = "desks:\n" + "".join(
        f"  {name}: desk {name}\n" for name in ["operators", *(f"d{n}" for n in range(DESKS))]
    )
    english += "agents:\n" + "".join(f'  "{1000 + n}": Officer {n}\n' for n in range(DESKS))
    english += "tables:\n  t:\n" + "".join(f"    지역 {n}: region {n}\n" for n in range(9))
    english += "flows:\n" + "".join(f"  {name}:\n{text}" for name, (_, text) in flows.items())
    files = {name: f"title: 흐름 {name}\nsteps:\n{flow}" for name, (flow, _) in flows.items()}
    files |= {"desks": f"agents:\n{agents}desks:\n{operators}{desks}", "texts__en": english}
    offices.write(folder, "", **files, **{"tables__t.csv": f"region,desk\n{rows}"})


def _flow(number: int, after: str) -> tuple[str, str]:
    """The steps of a flow, which goes on to another, and their translations."""
    korean, english = "", ""
    for n in range(FLOW_STEPS):
        following = f"s{n + 1}" if n + 1 < FLOW_STEPS else f"flow/{after}"
        match n % 5:
            case 0 | 1:
                options = "".join(
                    f"      {k}: {{label: 업무 {k}, next: desk/d{(number + n + k) % DESKS}}}\n" for k in range(1, 6)
                )
                options += f"      6: {{label: 다음, next: {following}}}\n"
                korean += f"  s{n}:\n    menu: 어떤 업무입니까?\n    options:\n{options}"
                labels = "".join(f"        {k}: topic {k}\n" for k in range(1, 7))
                english += f"    s{n}:\n      menu: What is it about?\n      options:\n{labels}"
            case 2:
                korean += (
                    f"  s{n}: {{collect: digits, length: 8, as: x{n}, prompt: 번호를 누르십시오., next: {following}}}\n"
                )
                english += f"    s{n}: Please enter the number.\n"
            case 3:
                korean += f'  s{n}: {{say: "번호는 {{x{n - 1}}}입니다.", next: {following}}}\n'
                english += f'    s{n}: "The number is {{x{n - 1}}}."\n'
            case _:
                korean += f"  s{n}: {{hours: phone, next: {following}, else: {{closed: r{n}}}}}\n"
                korean += f"  r{n}: {{route: tables/t.csv, ask: {{region: 어느 지역입니까?}}}}\n"
                english += f"    r{n}: {{ask: {{region: Which region?}}}}\n"
    return korean, english


def bare(folder: Path) -> None:
    """PyYAML's own reading, without places or meaning."""
    for path in folder.rglob("*.yaml"):
        yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)


def best(work: Callable[[], object], rounds: int) -> float:
    """The shortest of a few runs, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


@click.command()
@click.option("--steps", default=2_000, show_default=True)
@click.option("--rounds", default=3, show_default=True, help="The shortest counts.")
def main(steps: int, rounds: int) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, steps)
        office = loader.load(folder)
        there = sum(len(flow.steps) for flow in office.flows.values())
        review = Review(datetime.date(2026, 3, 2), frozenset({"main"}), "kr-public")
        found = loader.examine(folder, review)[1]
        size = sum(path.stat().st_size for path in folder.rglob("*.*")) / 1000
        click.echo(f"{there} steps in {len(office.flows)} flows, {size:.0f} kB, two languages; {len(found)} warnings")
        yardstick = best(lambda: bare(folder), rounds)
        click.echo(f"PyYAML alone  {yardstick:6.3f} s")
        for what, work in (("load", lambda: loader.load(folder)), ("check", lambda: loader.examine(folder, review))):
            took = best(work, rounds)
            click.echo(f"{what:12s}  {took:6.3f} s  ({took / yardstick:.1f} × PyYAML)")


if __name__ == "__main__":
    main()
