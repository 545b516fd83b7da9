"""wrk and what it asks for, for `bench/web.py`; and what a process costs meanwhile."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 16
ONE_CLICK = """
local tokens = {}
for line in io.lines("%s") do tokens[#tokens + 1] = line end
local threads, at = 0, 0
function setup(thread) thread:set("first", threads); threads = threads + 1 end
function init() at = first * 500000 end
function request()
  at = at + 1
  local token = tokens[(at %% #tokens) + 1]
  return wrk.format("POST", "/u/" .. token, {["Content-Type"] = "application/x-www-form-urlencoded"},
                    "List-Unsubscribe=One-Click")
end
"""
SIGN_UP = """
local threads, at = 0, 0
function setup(thread) thread:set("first", threads); threads = threads + 1 end
function init() math.randomseed(os.time() + first) end
function request()
  at = at + 1
  local ip = string.format("10.%d.%d.%d", math.random(250), math.random(250), math.random(250))
  local headers = {["Content-Type"] = "application/x-www-form-urlencoded", ["X-Forwarded-For"] = ip}
  return wrk.format("POST", "/subscribe", headers, "list=weekly&email=new" .. first .. "." .. at .. "@example.net")
end
"""


@dataclass(frozen=True)
class Measured:
    """What wrk saw: requests a second, the slowest hundredth, answers that were refused, requests in all."""

    rate: float
    p99: str
    refused: int
    requests: int


def load(url: str, script: Path | None, seconds: int) -> Measured:
    """Ask for `url`, or for what `script` says, as fast as answers come."""
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    chosen = ["-s", str(script)] if script else []
    told = subprocess.run([*command, *chosen, url], capture_output=True, text=True, check=True).stdout
    refused = re.findall(r"Non-2xx or 3xx responses: (\d+)", told)
    return Measured(
        float(re.findall(r"Requests/sec:\s+([\d.]+)", told)[0]),
        re.findall(r"(?m)^\s+99%\s+(\S+)", told)[0],
        int(refused[0]) if refused else 0,
        int(re.findall(r"(\d+) requests in", told)[0]),
    )


def memory(process: int) -> float:
    """Megabytes that a process holds."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024


def processor_seconds(process: int) -> float:
    """How long a process has worked; unlike a rate it is nearly the same on a busy machine."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
