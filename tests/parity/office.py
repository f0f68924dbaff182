"""A LibreOffice listener for tests: started once, driven through a script that the system's Python runs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path
from typing import Any

DRIVER = Path(__file__).with_name("uno_driver.py")
PYTHON = "/usr/bin/python3"


def missing() -> str:
    """Why LibreOffice cannot be driven here; "" if it can."""
    if shutil.which("soffice") is None:
        return "LibreOffice is not installed"
    if (
        not Path(PYTHON).exists()
        or subprocess.run([PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode
    ):
        return f"{PYTHON} has no UNO (python3-uno)"
    return ""


class Office:
    """Methods of the driver by name: `office("open", path)`."""

    def __init__(self) -> None:
        self.home = tempfile.mkdtemp(prefix="kakosheet-office-")
        pipe = f"kako{uuid.uuid4().hex[:12]}"
        environment = {**os.environ, "SAL_USE_VCLPLUGIN": "svp"}
        self.program = subprocess.Popen(
            [
                "soffice",
                f"-env:UserInstallation=file://{self.home}",
                "--headless",
                "--norestore",
                "--nologo",
                f"--accept=pipe,name={pipe};urp;",
            ],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.driver = subprocess.Popen(
            [PYTHON, str(DRIVER), pipe],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={k: v for k, v in environment.items() if not k.startswith("PYTHON")},
        )

    def __call__(self, do: str, *args: Any) -> Any:
        assert self.driver.stdin is not None and self.driver.stdout is not None
        self.driver.stdin.write(
            json.dumps({"do": do, "args": [str(a) if isinstance(a, Path) else a for a in args]}) + "\n"
        )
        self.driver.stdin.flush()
        answer = json.loads(self.driver.stdout.readline() or '{"failed": "the driver is gone"}')
        if "failed" in answer:
            raise RuntimeError(f"{do}: {answer['failed']}")
        return answer["ok"]

    def stop(self) -> None:
        if self.driver.stdin is not None:
            self.driver.stdin.close()
        self.driver.wait(20)
        if self.driver.stdout is not None:
            self.driver.stdout.close()
        os.killpg(self.program.pid, 15)
        self.program.wait(20)
        shutil.rmtree(self.home, ignore_errors=True)
