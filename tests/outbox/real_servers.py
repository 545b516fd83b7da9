"""Debian's Postfix and Exim, each with a configuration and a queue of its own, on a loopback port.

Both hand on what they take to another port, where a collector keeps it. Postfix is used as installed.
Exim, whose package conflicts with Postfix's, is used from a folder into which `dpkg -x` unpacked it;
DIGEST_UNPACKED names that folder. Both want root to start them, as in any container.
"""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.outbox.servers import free_port, greets

PACKAGES = ("exim4-daemon-light", "libidn12", "libnss-wrapper")
"""What DIGEST_UNPACKED has to hold, got by `apt-get download` and `dpkg -x`."""

_MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
daemon_directory = {daemons}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example
mydestination =
mynetworks = 127.0.0.0/8
relayhost = [127.0.0.1]:{to}
smtp_host_lookup = native
local_recipient_maps =
smtp_tls_security_level = none
smtpd_tls_security_level = none
alias_maps =
alias_database =
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_client_connection_count_limit = 0
default_destination_concurrency_limit = 10
in_flow_delay = 0
"""
_MASTER_CF = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
smtp unix - - n - - smtp
relay unix - - n - - smtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
postlog unix-dgram n - n - 1 postlogd
"""
_EXIM_CONF = """\
keep_environment = ^LD_ : ^NSS_WRAPPER_
exim_path = {program}
primary_hostname = relay.example
spool_directory = {folder}/spool
log_file_path = {folder}/log-%s
pid_file_path = {folder}/pid
exim_user = {user}
exim_group = {group}
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
tls_advertise_hosts =
hostlist relay_from_hosts = 127.0.0.1
domainlist local_domains =
acl_smtp_rcpt = acl_rcpt
smtp_accept_max = 100
smtp_accept_queue_per_connection = 0
smtp_accept_max_per_connection = 100000
queue_run_max = 5
remote_max_parallel = 10
smtputf8_advertise_hosts = *
begin acl
acl_rcpt:
  accept hosts = +relay_from_hosts
begin routers
on:
  driver = manualroute
  transport = on
  route_list = * 127.0.0.1
  self = send
begin transports
on:
  driver = smtp
  port = {to}
  hosts_try_fastopen =
begin retry
* * F,1h,1s
"""


def why_no_postfix() -> str | None:
    """Why Postfix cannot be started here, in words."""
    if os.geteuid() != 0:
        return "Postfix wants root to start it"
    return None if shutil.which("postconf") else "needs Debian's package postfix"


def why_no_exim() -> str | None:
    """Why Exim cannot be started here, in words."""
    if os.geteuid() != 0:
        return "Exim wants root to start it"
    if _exim() is None:
        return f"needs DIGEST_UNPACKED, a folder with Debian's {', '.join(PACKAGES)} unpacked into it"
    return None


@contextmanager
def postfix(folder: Path, to: int) -> Iterator[int]:
    """Postfix that hands on to port `to`; the port where it listens."""
    port = free_port()
    etc = folder / "etc"
    etc.mkdir(parents=True)
    (folder / "queue").mkdir()
    (folder / "data").mkdir()
    shutil.chown(folder / "data", "postfix")
    _open_to_others(folder)
    daemons = "/usr/lib/postfix/sbin"
    (etc / "main.cf").write_text(_MAIN_CF.format(folder=folder, to=to, daemons=daemons))
    (etc / "master.cf").write_text(_MASTER_CF.format(port=port))
    command = ["postfix", "-c", str(etc)]
    with (folder / "start").open("w") as said:
        subprocess.run([*command, "start"], check=True, stdout=said, stderr=said)
        try:
            _wait_for(port, folder / "start")
            yield port
        finally:
            subprocess.run([*command, "stop"], check=False, stdout=said, stderr=said)


@contextmanager
def exim(folder: Path, to: int) -> Iterator[int]:
    """Exim that hands on to port `to`; the port where it listens."""
    program = _exim()
    assert program is not None
    program.chmod(0o755)  # setuid, it would not look where we point it when it starts itself anew
    port = free_port()
    folder.mkdir(parents=True)
    (folder / "spool").mkdir()
    owner = pwd.getpwnam("nobody")
    os.chown(folder / "spool", owner.pw_uid, owner.pw_gid)
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    _open_to_others(folder)
    configuration = folder / "exim.conf"
    configuration.write_text(
        _EXIM_CONF.format(
            folder=folder, program=program, to=to, port=port, user=owner.pw_uid, group=owner.pw_gid
        )
    )
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(
            [str(program), "-C", str(configuration), "-bdf", "-q1s"],
            env=os.environ | _as_debian(folder, program, owner),
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            _wait_for(port, folder / "said")
            yield port
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)


def _exim() -> Path | None:
    program = Path(os.environ.get("DIGEST_UNPACKED", "/nonexistent"), "usr/sbin/exim4")
    return program if program.is_file() else None


def _as_debian(folder: Path, program: Path, owner: "pwd.struct_passwd") -> dict[str, str]:
    """The libraries unpacked beside it, and the user Debian-exim, whom the package would have made."""
    (libraries,) = program.parents[1].glob("lib/*/libnss_wrapper.so")
    users, groups = folder / "passwd", folder / "group"
    users.write_text(
        Path("/etc/passwd").read_text() + f"Debian-exim:x:{owner.pw_uid}:{owner.pw_gid}::/:/bin/false\n"
    )
    groups.write_text(Path("/etc/group").read_text() + f"Debian-exim:x:{owner.pw_gid}:\n")
    return {
        "LD_PRELOAD": str(libraries),
        "LD_LIBRARY_PATH": str(libraries.parent),
        "NSS_WRAPPER_PASSWD": str(users),
        "NSS_WRAPPER_GROUP": str(groups),
    }


def _open_to_others(folder: Path) -> None:
    """Let the servers' own users reach their folder: pytest closes its folders to them."""
    for parent in (folder, *folder.parents):
        if parent.owner() != pwd.getpwuid(os.geteuid()).pw_name:
            continue
        if str(parent) in ("/", "/tmp"):
            break
        parent.chmod(parent.stat().st_mode | 0o711)


def _wait_for(port: int, said: Path) -> None:
    deadline = time.monotonic() + 90
    while not greets(port):
        if time.monotonic() > deadline:
            raise RuntimeError(f"it does not say hello: {said.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)
