"""Results of conversations as a JUnit report, which build servers read."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from ivr.telephony.conversation import Result, told


def report(results: Sequence[Result]) -> bytes:
    """The report: a suite for each file, a case for each call, a failure with its differences."""
    suites = ElementTree.Element("testsuites", name="ivr test")
    for file in dict.fromkeys(result.conversation.file for result in results):
        own = [result for result in results if result.conversation.file == file]
        failures = sum(bool(result.differences) for result in own)
        suite = ElementTree.SubElement(
            suites, "testsuite", name=f"calls/{file}.yaml", tests=str(len(own)), failures=str(failures)
        )
        for result in own:
            case = ElementTree.SubElement(suite, "testcase", classname=file, name=result.conversation.name)
            if result.differences:
                message = f"expected: {result.differences[0].expected}"
                ElementTree.SubElement(case, "failure", message=message).text = told(result)
    ElementTree.indent(suites)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + str(ElementTree.tostring(suites, "unicode")).encode()
