"""Sends what the OpenAPI document allows, and what it does not, to a real server.

Every operation is tried with generated requests, alone and in chains. `python -m tests.openapi.run --max-examples 200`
looks longer: arguments are handed on to schemathesis.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.protocol.serving import serving

SKILL = {"X-Skill-Source": "openapi", "X-Skill-Version": "1", "X-Skill-Platform": "unknown"}
LEFT_OUT = {
    "ensure_resource_availability": "an export may be cancelled, and a token revoked, before it is looked at",
    "positive_data_acceptance": "most strings are no session, no file and no draft that can be exported",
}
"""Checks that take names for things: a draft that fits its schema may still name a file of somebody else."""

SETTINGS = {"WAVEREEL_REQUESTS_PER_S": 0, "WAVEREEL_RENDERS_WAITING_PER_USER": 1_000_000, "WAVEREEL_NO_CREDITS": 1}


def main(arguments: list[str]) -> int:
    """Runs schemathesis over a server of its own; its exit code."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), "--workers", "0", **SETTINGS) as server:
        made = server.command("token", "create", "--scopes", "*")
        assert made.returncode == 0, made.stderr
        headers = SKILL | {"Authorization": f"Bearer {made.stdout.strip()}"}
        words = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{server.base}/openapi.json"]
        words += ["--exclude-checks", ",".join(LEFT_OUT), "--seed", "1", "--max-examples", "30", "--warnings", "off"]
        for name, value in headers.items():
            words += ["-H", f"{name}: {value}"]
        code = subprocess.run([*words, *arguments], check=False, cwd=folder).returncode
        if "Traceback" in (log := (server.data / "logs" / "server.log").read_text(encoding="utf-8")):
            sys.stderr.write(log[-5000:])
            code = code or 1
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
