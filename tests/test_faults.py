"""What happens when the world around the program does not do its part."""

import contextlib
import ctypes
import os
import pty
import resource
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "vgginspect"]


def run(
    *args: str, stdin: bytes | None = b"", env: dict[str, str] | None = None, **options: object
) -> "subprocess.CompletedProcess[bytes]":
    environment = {**os.environ, **(env or {})}
    return subprocess.run(
        [*COMMAND, *args],
        input=stdin,
        capture_output="stdout" not in options,
        env=environment,
        timeout=60,
        check=False,
        **options,  # type: ignore[call-overload]
    )


#: Runs a shell's commands where mounting changes nothing outside; whether that is allowed here.
APART = ["unshare", "--mount", *(["--map-root-user"] if os.geteuid() else []), "sh", "-c"]
CAN_MOUNT = (
    shutil.which("unshare") is not None
    and not subprocess.run([*APART, "mount -t tmpfs none /mnt"], capture_output=True).returncode
)
mounting = pytest.mark.skipif(not CAN_MOUNT, reason="this system does not let us mount anything")


def without_privileges() -> None:
    """Make a process that root starts mind the modes of files, as anyone else's does."""
    set_capability, dac_override, dac_read_search = 24, 1, 2
    for capability in (dac_override, dac_read_search):
        ctypes.CDLL(None).prctl(set_capability, capability)


def assert_clear(done: "subprocess.CompletedProcess[bytes]", *words: str) -> None:
    """Exit code 2, one message on standard error that says so much, nothing on standard output."""
    message = done.stderr.decode()
    assert done.returncode == 2, message
    assert not done.stdout
    assert message.startswith("vgginspect: ")
    assert "Traceback" not in message
    for word in words:
        assert word in message


class TestStandardOutput:
    @pytest.mark.parametrize("format_name", ["table", "json", "csv", "markdown"])
    def test_a_closed_pipe_ends_quietly(self, format_name: str) -> None:
        line = f"{sys.executable} -m vgginspect summary E -f {format_name} | head -1"
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {line}"], capture_output=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.count(b"\n") == 1

    def test_a_pipe_closed_in_the_middle_of_much_output(self) -> None:
        line = f"seq 100000 | {sys.executable} -m vgginspect trace - --features-only | head -2"
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {line}"], capture_output=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
    @pytest.mark.parametrize("args", [["summary", "A"], ["trace", "A", "-f", "json"], ["configs"]])
    def test_a_full_device(self, args: list[str]) -> None:
        with open("/dev/full", "wb") as full:  # noqa: PTH123
            done = run(*args, stdout=full, stderr=subprocess.PIPE)
        assert done.returncode == 2
        assert done.stderr.decode().count("\n") == 1
        assert "No space left on device" in done.stderr.decode()

    def test_closed_from_the_start(self) -> None:
        line = f"{sys.executable} -m vgginspect summary A >&-"
        done = subprocess.run(["bash", "-c", line], capture_output=True, check=False)
        assert done.returncode == 2
        assert b"Traceback" not in done.stderr

    def test_standard_error_closed_as_well(self) -> None:
        line = f"{sys.executable} -m vgginspect summary Q 2>&-"
        assert (
            subprocess.run(["bash", "-c", line], capture_output=True, check=False).returncode == 2
        )

    @pytest.mark.parametrize("args", [["--help"], ["--version"], ["summary", "--help"]])
    def test_a_full_device_for_what_typer_prints(self, args: list[str]) -> None:
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [*COMMAND, *args], stdout=full, stderr=subprocess.PIPE, check=False
            )
        assert_clear(done, "cannot write to standard output: No space left on device")

    def test_closed_while_the_version_is_asked_for(self) -> None:
        line = f"{sys.executable} -m vgginspect --version >&-"
        done = subprocess.run(["bash", "-c", line], capture_output=True, check=False)
        assert_clear(done, "standard output is closed")

    def test_bad_lines_count_though_the_reader_left(self, tmp_path: Path) -> None:
        (tmp_path / "lines").write_text("64,X\n" + "64\n" * 20_000)
        command = f"{sys.executable} -m vgginspect summary @{tmp_path}/lines --lines -f csv"
        line = f"{command} --on-error skip | head -n 2; exit ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", line], capture_output=True, check=False)
        assert done.returncode == 1
        assert b"1 invalid line skipped" in done.stderr


class TestOutputFiles:
    @pytest.mark.parametrize("name", ["/dev/stdout", ">(cat)"])
    def test_a_pipe_that_has_no_other_name(self, name: str) -> None:
        command = f"{sys.executable} -m vgginspect summary 8 --features-only -f csv --columns name"
        line = f"{command} -o {name} | cat"
        done = subprocess.run(["bash", "-c", line], capture_output=True, check=False)
        assert (done.stdout, done.stderr) == (b"name\nconv1_1\nrelu1_1\n", b"")

    def test_no_name(self) -> None:
        assert_clear(run("summary", "A", "-o", ""), "--output needs a file name")

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        assert_clear(run("summary", "A", "-o", str(tmp_path / "no" / "x.csv")), "No such file")

    def test_a_directory(self, tmp_path: Path) -> None:
        assert_clear(run("summary", "A", "-o", str(tmp_path)), "is a directory")
        assert not list(tmp_path.iterdir())

    @pytest.mark.usefixtures("unmeasured")
    def test_a_folder_without_the_right_to_write(self, tmp_path: Path) -> None:
        tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
        done = run("summary", "A", "-o", str(tmp_path / "x"), preexec_fn=without_privileges)
        assert_clear(done, "Permission denied")

    @pytest.mark.usefixtures("unmeasured")
    def test_a_file_without_the_right_to_write(self, tmp_path: Path) -> None:
        target = tmp_path / "x"
        target.write_text("old")
        target.chmod(stat.S_IRUSR)
        done = run("summary", "A", "-o", str(target), preexec_fn=without_privileges)
        assert_clear(done, "Permission denied")
        assert target.read_text() == "old"

    @mounting
    @pytest.mark.parametrize(
        ("size", "said"),
        [
            ("size=8k", "No space left on device"),
            ("size=1m", "Permission denied"),
        ],
        ids=["full", "read-only"],
    )
    def test_a_disk_that_takes_nothing(self, size: str, said: str, tmp_path: Path) -> None:
        script = (
            f"mount -t tmpfs -o {size} none {tmp_path} && cd {tmp_path} && echo old > x.csv && "
            + ("mount -o remount,ro . && " if said == "Permission denied" else "")
            + f"{sys.executable} -m vgginspect summary E -o x.csv; echo $?; cat x.csv; ls -A"
        )
        path = os.pathsep.join(filter(None, [str(Path.cwd()), os.environ.get("PYTHONPATH")]))
        done = subprocess.run(
            [*APART, script], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}
        )
        assert done.stdout == "2\nold\nx.csv\n"
        assert done.stderr == f"vgginspect: cannot write x.csv: {said}\n"

    def test_a_symbolic_link_to_nothing_makes_its_target(self, tmp_path: Path) -> None:
        link = tmp_path / "link.csv"
        link.symlink_to(tmp_path / "target.csv")
        assert run("summary", "A", "-o", str(link)).returncode == 0
        assert link.is_symlink()
        assert (tmp_path / "target.csv").read_text().startswith("path,name,type")

    def test_a_symbolic_link_to_itself(self, tmp_path: Path) -> None:
        link = tmp_path / "link.csv"
        link.symlink_to(link)
        assert_clear(run("summary", "A", "-o", str(link)), "symbolic links")

    def test_a_symbolic_link_is_followed_and_kept(self, tmp_path: Path) -> None:
        target, link = tmp_path / "target.csv", tmp_path / "link.csv"
        target.write_text("old")
        link.symlink_to(target)
        assert run("summary", "A", "-o", str(link)).returncode == 0
        assert link.is_symlink()
        assert target.read_text().startswith("path,name,type")

    def test_the_mode_of_an_older_file_is_kept(self, tmp_path: Path) -> None:
        target = tmp_path / "x.csv"
        target.write_text("old")
        target.chmod(0o640)
        assert run("summary", "A", "-o", str(target)).returncode == 0
        assert stat.S_IMODE(target.stat().st_mode) == 0o640

    def test_an_error_leaves_the_older_file_whole(self, tmp_path: Path) -> None:
        target = tmp_path / "x.csv"
        target.write_text("old")
        assert_clear(run("summary", "A", "--input-size", "16", "-o", str(target)), "32")
        bad = run("summary", "-", "--lines", "-o", str(target), stdin=b"A\nQ\n")
        assert bad.returncode == 2
        assert target.read_text() == "old"
        assert list(tmp_path.iterdir()) == [target]

    @pytest.mark.usefixtures("unmeasured")
    def test_a_full_disk_leaves_the_older_file_whole(self, tmp_path: Path) -> None:
        target = tmp_path / "x.csv"
        target.write_text("old")

        def little_room() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

        done = run("summary", "A", "-o", str(target), preexec_fn=little_room)
        assert_clear(done, "File too large")
        assert target.read_text() == "old"
        assert list(tmp_path.iterdir()) == [target]

    @pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
    def test_a_killed_write_leaves_the_older_file_whole(
        self, end: signal.Signals, tmp_path: Path
    ) -> None:
        target = tmp_path / "x.jsonl"
        target.write_text("old")
        args = ["trace", "-", "--features-only", "-o", str(target)]
        process = subprocess.Popen([*COMMAND, *args], stdin=subprocess.PIPE)
        assert process.stdin is not None
        process.stdin.write(b"8," * 500_000 + b"8")
        process.stdin.close()
        deadline = time.monotonic() + 30
        while len(list(tmp_path.iterdir())) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(end)
        assert process.wait() == -end
        assert target.read_text() == "old"
        if end == signal.SIGTERM:
            assert list(tmp_path.iterdir()) == [target]

    def test_a_named_pipe_is_written_straight(self, tmp_path: Path) -> None:
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        with subprocess.Popen([*COMMAND, "configs", "-f", "tsv", "-o", str(pipe)]) as process:
            assert pipe.read_text().startswith("config\tmodel")
            assert process.wait() == 0
        assert stat.S_ISFIFO(pipe.stat().st_mode)


class TestStandardInput:
    def test_closed(self) -> None:
        line = f"{sys.executable} -m vgginspect summary - <&-"
        done = subprocess.run(["bash", "-c", line], capture_output=True, check=False)
        assert_clear(done, "standard input is closed")

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"", "empty"),
            (b"\xff\xfe\x00", "binary"),
            (b"64,\x00,M", "binary"),
            (bytes(range(256)) * 100, "binary"),
            (b"1" * 1000, "1000 digits"),
            (b"64," * 2_100_000, "2,000,000 tokens"),
        ],
        ids=["empty", "no-utf8", "nul", "bytes", "thousand-digits", "too-many-tokens"],
    )
    def test_what_is_no_cfg_list(self, data: bytes, words: str) -> None:
        assert_clear(run("summary", "-", stdin=data), words)

    @pytest.mark.usefixtures("unmeasured")
    @pytest.mark.parametrize(
        "args", [["summary", "-"], ["trace", "-", "-f", "jsonl"]], ids=" ".join
    )
    def test_ten_million_tokens_are_refused_in_little_memory(
        self, args: list[str], tmp_path: Path
    ) -> None:
        file = tmp_path / "cfg.txt"
        file.write_bytes(b"64," * 10_000_000)
        with file.open("rb") as stream:
            process = subprocess.Popen(
                [*COMMAND, *args], stdin=stream, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            assert process.stdout is not None
            assert process.stderr is not None
            said = process.stderr.read().decode()
            assert not process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 2
        assert said == "vgginspect: the cfg list has more than 2,000,000 tokens\n"
        ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert usage.ru_maxrss < max(300_000, ours + 100_000)

    def test_a_terminal_is_told_that_it_is_being_read(self) -> None:
        terminal, ours = pty.openpty()
        process = subprocess.Popen(
            [*COMMAND, "summary", "-", "--get", "totals.depth"],
            stdin=ours,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        os.write(terminal, b"64,M\n\x04")
        out, err = process.communicate(timeout=60)
        os.close(terminal)
        os.close(ours)
        assert (process.returncode, out) == (0, b"4\n")
        assert err == b"vgginspect: reading from standard input; press Ctrl-D to end\n"

    def test_more_than_is_ever_read(self) -> None:
        line = f"yes 64 | {sys.executable} -m vgginspect summary -"
        done = subprocess.run(["bash", "-c", line], capture_output=True, check=False)
        assert_clear(done, "longer than 64 MiB")


class TestEnvironment:
    @pytest.mark.parametrize(
        "env",
        [
            {"PYTHONIOENCODING": "ascii"},
            {"PYTHONIOENCODING": "latin-1"},
            {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
            {"TERM": "dumb"},
            {"TERM": ""},
            {"COLUMNS": "0"},
            {"COLUMNS": "-5"},
            {"COLUMNS": "99999999999999999999"},
            {"COLUMNS": "wide"},
            {"HOME": ""},
            {"HOME": "/nonexistent"},
            {"LANG": "xx_YY.UTF-8"},
            {"PATH": ""},
        ],
        ids=str,
    )
    @pytest.mark.parametrize("args", [["trace", "A"], ["summary", "C"], ["configs"]], ids=" ".join)
    def test_everyday_commands_work(self, args: list[str], env: dict[str, str]) -> None:
        done = run(*args, env=env)
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"133,638,952" in done.stdout or b"132,863,336" in done.stdout

    def test_ascii_output_is_ascii_and_aligned(self) -> None:
        done = run("summary", "A", env={"PYTHONIOENCODING": "ascii"})
        text = done.stdout.decode("ascii")
        rows = [row for row in text.splitlines() if row.startswith("  features.")]
        assert len(rows) == 21
        assert len({row.index("224x224") for row in rows if "224x224" in row}) == 1

    def test_no_home_at_all(self) -> None:
        environment = {k: v for k, v in os.environ.items() if k != "HOME"}
        done = subprocess.run(
            [*COMMAND, "summary", "A"], capture_output=True, env=environment, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")


INTERRUPTED = """
import os, signal, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
from vgginspect.cli import main
main()
"""


@pytest.mark.usefixtures("unmeasured")
class TestInterrupts:
    @pytest.mark.parametrize(
        ("name", "codes"),
        [
            ("typer", {-signal.SIGINT}),
            ("vgginspect.cli.typer_internals", {-signal.SIGINT}),
            ("vgginspect.cli.summary", {130}),
            ("vgginspect.network.grow", {130, -signal.SIGINT}),
            ("vgginspect.render.text", {130}),
        ],
    )
    def test_ctrl_c_while_something_is_imported(self, name: str, codes: set[int]) -> None:
        program = INTERRUPTED.format(name=name)
        done = subprocess.run(
            [sys.executable, "-c", program, "summary", "A"], capture_output=True, check=False
        )
        assert done.returncode in codes
        assert not done.stderr

    @pytest.mark.parametrize("after", [0.0, 0.02, 0.05, 0.08, 0.15, 0.4])
    def test_ctrl_c_at_any_moment(self, after: float, tmp_path: Path) -> None:
        target = tmp_path / "x.jsonl"
        process = subprocess.Popen(
            [*COMMAND, "trace", "-", "--features-only", "-o", str(target)],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(b"8," * 200_000 + b"8", timeout=60)
        # Before Python has set up its handlers the signal itself, or Python, ends the process.
        starting = process.returncode == -signal.SIGINT or b"vgginspect/cli" not in stderr
        assert process.returncode in (130, -signal.SIGINT, 1)
        assert b"Traceback" not in stderr or starting
        assert not list(tmp_path.iterdir())


class TestTerminalControl:
    @pytest.mark.parametrize(
        "text",
        ["\x1b[31m64", "64,\x1b]0;title\x07", "64,\u202eM", "\u200f64", "\x9b31m", "vgg\x0816"],
        ids=ascii,
    )
    def test_what_could_fake_a_terminal_is_escaped(self, text: str) -> None:
        done = run("summary", text)
        assert_clear(done)
        assert all(char.isprintable() or char == "\n" for char in done.stderr.decode())

    @pytest.mark.parametrize(
        "args",
        [
            ["\x1b[31m"],
            ["--\x1b[31m"],
            ["summary", "A", "--\x1b[31m"],
            ["summary", "A", "more\x1b[31m"],
            ["summary", "@\x1b[31m"],
            ["summary", "A", "-o", "\x1b[31m/\u202ex"],
            ["summary", "A", "--columns", "\x1b[31m"],
            ["summary", "A", "--get", "\x1b[31m"],
            ["summary", "A", "--hidden", "\x1b[31m"],
            ["summary", "A+\x1b[31m"],
            ["layer", "A", "\x1b[31m"],
            ["draw", "A", "-o", "x.svg", "--style", "\x1b[31m"],
            ["trace", "A", "--by", "\x1b[31m"],
        ],
        ids=ascii,
    )
    def test_so_it_is_in_arguments_of_every_kind(self, args: list[str], cli) -> None:  # type: ignore[no-untyped-def]
        done = cli(*args)
        assert done.code == 2
        assert not done.out
        assert "x1b[31m" in done.err
        assert all(char.isprintable() or char == "\n" for char in done.err)

    @pytest.mark.parametrize("format_name", ["table", "json", "jsonl", "csv", "tsv", "markdown"])
    def test_on_a_terminal_no_format_shows_it(self, format_name: str) -> None:
        """A pipe gets the text as it is, where the format has no escapes of its own."""
        terminal, theirs = pty.openpty()
        text = "64,M # \x1b[31m\u202e".encode()
        args = [*COMMAND, "summary", "-", "--lines", "-f", format_name]
        environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200"}
        with subprocess.Popen(
            args, stdin=subprocess.PIPE, stdout=theirs, stderr=theirs, env=environment
        ) as process:
            process.communicate(text, timeout=60)
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):
            while data := os.read(terminal, 65536):
                shown += data
        os.close(terminal)
        assert process.returncode == 0
        assert b"\x1b[31m" not in shown
        assert "\u202e" not in shown.decode()
        assert "custom" in shown.decode() or "64,M" in shown.decode()


class TestNumbers:
    @pytest.mark.parametrize("digits", [1000, 5000])
    @pytest.mark.parametrize(
        "args",
        [
            ["summary", "{}"],
            ["summary", "conv{}-3"],
            ["summary", "conv3-3d{}"],
            ["summary", "maxpool3s{0}p{0}"],
            ["summary", "A+num-classes={}"],
            ["summary", "A", "--input-size", "{0}x{0}"],
            ["summary", "A", "--hidden", "{}"],
            ["summary", "A", "--avgpool", "{}"],
            ["summary", "A", "--dropout", "{}"],
            ["summary", "A", "--get", "layers.{}"],
            ["layer", "A", "{}"],
            ["layer", "A", "features.{}"],
            ["compare", "A", "{}"],
            ["summary", "@{}"],
            ["summary", "A", "-o", "{}"],
            ["trace", "A", "--builder", "x.py:f", "--builder-timeout", "{}"],
        ],
        ids=" ".join,
    )
    def test_of_a_thousand_digits_are_refused(self, args: list[str], digits: int, cli) -> None:  # type: ignore[no-untyped-def]
        done = cli(*[arg.format("9" * digits) for arg in args])
        assert done.code == 2
        assert not done.out
        assert done.err.startswith("vgginspect: ")
