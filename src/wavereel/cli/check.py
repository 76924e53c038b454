"""`wavereel check`: what a platform would say of a finished file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from wavereel.cli.output import print_error, print_json, print_line
from wavereel.errors import VerifyError, WavereelError
from wavereel.settings import load_settings
from wavereel.timeline.platforms import load_platform

if TYPE_CHECKING:
    from wavereel.render.check import Report


def check(
    files: Annotated[list[str], Parameter(help="Finished videos.")],
    /,
    *,
    platform: Annotated[str, Parameter(help="Where they go, such as youtube, tiktok, reels or spotify.")],
    quiet: Annotated[
        bool, Parameter(alias="-q", negative=(), show_default=False, help="Only what fails or warns.")
    ] = False,
    json: Annotated[bool, Parameter(negative=(), show_default=False, help="One JSON object for each file.")] = False,
) -> int:
    """Judge finished files by what a platform takes.

    A limit that is passed fails the check (exit code 7); a recommendation that is not followed only warns.
    """
    load_platform(platform)
    from wavereel.app import build_app

    app = build_app(load_settings())
    codes: set[int] = set()
    for name in files:
        try:
            report = app.check(Path(name), platform)
        except WavereelError as error:
            print_error(error, about=name, as_json=json)
            codes.add(error.exit_code)
            continue
        codes.add(0 if report.passed else VerifyError.exit_code)
        if json:
            print_json({"input": name} | report_fields(report))
        else:
            for line in report_lines(report, quiet=quiet):
                print_line(line)
    return codes.pop() if len(codes) == 1 else 4


def report_lines(report: Report, *, quiet: bool = False) -> list[str]:
    """A report for a person: the verdict, then what was found, worst first."""
    failed, warned = len(report.at_level("fail")), len(report.at_level("warn"))
    verdict = "passes" if report.passed else f"fails in {failed}"
    remarks = f", {warned} warning{'s' if warned != 1 else ''}" if warned else ""
    lines = [f"{report.path}  {report.platform.title}: {verdict}{remarks}"]
    for level in ("fail", "warn") if quiet else ("fail", "warn", "note", "ok"):
        lines += [f"  {level:<4}  {finding.about}: {finding.message}" for finding in report.at_level(level)]
    return lines


def report_fields(report: Report) -> dict[str, object]:
    """A report for a program."""
    return {
        "ok": report.passed,
        "platform": report.platform.name,
        "source": report.platform.source,
        "date": report.platform.date,
        "findings": [
            {"level": finding.level, "about": finding.about, "message": finding.message} for finding in report.findings
        ],
    }
