"""The page /calls."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from reports.web.page import page
from reports.web.visit import Visit, allowed

router = APIRouter()


@router.get("/calls")
def show(visit: Annotated[Visit, allowed("calls")]) -> Response:
    """The page."""
    return page(visit, "soon.html", title=visit.t("nav.calls"))
