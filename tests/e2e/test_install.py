# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make install` puts in place: the programs wherever the tree is moved, the pages, and
completions that complete in real shells. And tools/deps.sh, which must not guess."""
import json
import os
import pty
import re
import select
import shutil
import subprocess
import time

import pytest

from conftest import PROGRAM, ROOT, clean_environment

MAKE = ["make", "--no-print-directory", "-s", *(["SAN=1"] if "/asan/" in PROGRAM else [])]

COMMANDS = subprocess.run([PROGRAM, "internals", "commands"], capture_output=True, text=True,
                          check=True).stdout.split()

needs_make = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


def make(*args):
    env = {name: value for name, value in clean_environment().items() if "MAKE" not in name}
    return subprocess.run([*MAKE, *args], cwd=ROOT, env=env, capture_output=True, text=True,
                          check=True)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The prefix of an installation that was moved after it was made."""
    if not shutil.which("make"):
        pytest.skip("make is not installed")
    folder = tmp_path_factory.mktemp("install")
    done = make("install", f"DESTDIR={folder}/made", "PREFIX=/opt/winnow")
    assert done.stdout == done.stderr == ""
    (folder / "made").rename(folder / "moved")
    return folder / "moved" / "opt" / "winnow"


def files_below(folder):
    return sorted(path for path in folder.rglob("*") if not path.is_dir())


# ---- the tree ------------------------------------------------------------------------------------


def test_an_installed_winnow_finds_its_shim_wherever_the_tree_was_moved(installed, tmp_path):
    done = subprocess.run([installed / "bin" / "winnow", "run", "--minimize", "loss", "-p", "x=1|2",
                           "--method", "grid", "--json", "--", "echo", "loss={x}"], cwd=tmp_path,
                          env=clean_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["best"]["objective"] == 1


def test_a_winnow_without_a_shim_says_where_it_looked(installed, tmp_path):
    alone = tmp_path / "bin" / "winnow"
    alone.parent.mkdir()
    shutil.copy(installed / "bin" / "winnow", alone)
    done = subprocess.run([alone, "run", "--minimize", "loss", "-p", "x=1|2", "--", "true"],
                          cwd=tmp_path, env=clean_environment(), capture_output=True, text=True,
                          check=False)
    if done.returncode == 0:
        pytest.skip("another winnow is installed here")
    assert done.returncode == 3
    assert "winnow-shim" in done.stderr and "make" in done.stderr
    report = subprocess.run([alone, "doctor"], cwd=tmp_path, capture_output=True, text=True,
                            check=False)
    assert report.returncode == 1 and "winnow-shim not found" in report.stdout


def test_every_command_has_its_page(installed):
    pages = {path.name for path in files_below(installed / "share" / "man")}
    assert pages == {"winnow.1", "winnow-spec.5", "winnow-keys.7", *(f"winnow-{name}.1" for name in COMMANDS)}


@pytest.mark.skipif(not shutil.which("man"), reason="man is not installed")
def test_man_shows_the_pages_without_a_warning(installed):
    for section, name in (("1", "winnow"), ("1", "winnow-run"), ("5", "winnow-spec"), ("7", "winnow-keys")):
        env = {**clean_environment(), "MANPATH": str(installed / "share" / "man"), "LC_ALL": "C"}
        done = subprocess.run(["man", "--warnings", section, name], env=env, capture_output=True,
                              text=True, check=False)
        assert done.returncode == 0 and done.stderr == ""
        assert "winnow" in done.stdout


@needs_make
def test_uninstall_takes_away_what_install_put_there_and_no_more(tmp_path):
    make("install", f"DESTDIR={tmp_path}", "PREFIX=/usr")
    foreign = [tmp_path / "usr" / "libexec" / "winnow" / "mine",
               tmp_path / "usr" / "share" / "man" / "man1" / "other.1"]
    for path in foreign:
        path.write_text("")
    make("uninstall", f"DESTDIR={tmp_path}", "PREFIX=/usr")
    assert files_below(tmp_path) == sorted(foreign)


@needs_make
def test_a_second_make_has_nothing_to_do():
    assert make("-n", "all").stdout == ""


# ---- completions ---------------------------------------------------------------------------------


class Shell:
    """An interactive shell on a terminal of its own."""

    def __init__(self, args, cwd, env):
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(args, cwd=cwd, env=env, stdin=slave, stdout=slave,
                                        stderr=slave, start_new_session=True)
        os.close(slave)
        self.seen = ""

    def type(self, text):
        os.write(self.master, text.encode())

    def wait_for(self, pattern, seconds=20):
        """What was written since the last wait, up to and with the pattern."""
        deadline = time.monotonic() + seconds
        while not (found := re.search(pattern, self.seen)):
            left = deadline - time.monotonic()
            assert left > 0, f"no {pattern!r} in {self.seen!r}"
            if select.select([self.master], [], [], left)[0]:
                self.seen += os.read(self.master, 65536).decode(errors="replace")
        text, self.seen = self.seen[:found.end()], self.seen[found.end():]
        return text

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.master)


@pytest.fixture
def swept(installed, project):
    """A project with the sweeps "digits" and "two words", a folder and a file."""
    for name in ("digits", "two words"):
        assert project.winnow("run", "--minimize", "loss", "-p", "x=1|2", "--method", "grid",
                              "--name", name, "--", "echo", "loss={x}").returncode == 0
    (project.path / "digits").mkdir()
    project.write("my sweep.yaml", "")
    project.env = {**clean_environment(), "TERM": "dumb", "HOME": str(project.path),
                   "PATH": f"{installed}/bin:{os.environ['PATH']}", "HISTFILE": "/dev/null"}
    return project


@pytest.fixture
def shell(swept):
    started = []

    def start(*args):
        started.append(Shell(args, swept.path, swept.env))
        return started[-1]
    yield start
    for one in started:
        one.close()


BASH_CASES = [
    ("winnow do\t", r"winnow doctor "),
    ("winnow --store .winnow boa\t", r"board "),
    ("winnow ls --js\t", r"--json "),
    ("winnow ls --color al\t", r"always "),
    ("winnow ls --color=al\t", r"--color=always "),
    ("winnow show dig\t", r"digits "),
    ("winnow show two\t", r"two\\ words "),
    ("winnow board --top 3 dig\t", r"digits "),
    ("winnow run my\t", r"my\\ sweep\.yaml "),
    ("winnow help ask\t", r"ask-tell "),
]


def test_bash_completes_at_the_tab_key(installed, shell):
    bash = shell("bash", "--norc", "--noprofile", "-i")
    bash.type("PS1='>'; bind 'set enable-bracketed-paste off'\n")
    bash.type(f". {installed}/share/bash-completion/completions/winnow; echo re''ady\n")
    bash.wait_for("ready")
    for typed, expected in BASH_CASES:
        bash.type(typed)
        bash.wait_for(expected)
        bash.type("\025")  # rub out the line


def bash_replies(project, script, *words):
    """What the script offers for the last of the words."""
    quoted = " ".join(f"'{word}'" for word in words)
    lines = (f"source {script}; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _winnow;"
             " printf '%s\\n' \"${COMPREPLY[@]}\"")
    return subprocess.run(["bash", "-c", lines], cwd=project.path, env=project.env, text=True,
                          capture_output=True, check=True).stdout.splitlines()


def test_bash_offers_nothing_wrong(installed, swept):
    script = installed / "share" / "bash-completion" / "completions" / "winnow"
    assert bash_replies(swept, script, "winnow", "show", "digits", "0", "") == [""]
    assert bash_replies(swept, script, "winnow", "show", "no-such-sweep", "") == [""]
    assert bash_replies(swept, script, "winnow", "ls", "") == [""]
    assert bash_replies(swept, script, "winnow", "nonsense", "") == [""]
    assert bash_replies(swept, script, "winnow", "run", "--", "dig") == ["digits"]
    assert set(bash_replies(swept, script, "winnow", "")) == set(COMMANDS)
    assert "--quantiles" in bash_replies(swept, script, "winnow", "plan", "--")


def test_bash_offers_the_trials_of_the_sweep(installed, swept):
    script = installed / "share" / "bash-completion" / "completions" / "winnow"
    trials = [line.split("\t")[0] for line in
              swept.winnow("internals", "trials", "digits").stdout.splitlines()]
    assert len(trials) > 1
    for words in (["show", "digits", ""], ["kill", "digits", ""], ["tag", "digits", ""],
                  ["enqueue", "digits", "--like", ""]):
        assert bash_replies(swept, script, "winnow", *words) == trials
    assert bash_replies(swept, script, "winnow", "logs", "two\\ words", "") != [""]


def test_a_sweep_with_a_nasty_name_is_not_run_by_the_shell(installed, swept):
    name = "$(touch pwned)`touch pwned`"
    swept.winnow("run", "--minimize", "loss", "-p", "x=1|2", "--name", name, "--trials", "1", "--",
                 "echo", "loss={x}")
    script = installed / "share" / "bash-completion" / "completions" / "winnow"
    assert len(bash_replies(swept, script, "winnow", "show", "")) == 3
    assert not (swept.path / "pwned").exists()


@pytest.mark.skipif(not shutil.which("zsh"), reason="zsh is not installed")
def test_zsh_completes_at_the_tab_key(installed, shell):
    zsh = shell("zsh", "-f", "-i")
    zsh.type(f"PS1='>'; fpath=({installed}/share/zsh/site-functions $fpath)\n")
    zsh.type("autoload -Uz compinit; compinit -u -D; echo re''ady\n")
    zsh.wait_for("ready")
    for typed, expected in (("winnow do\t", "doctor "), ("winnow ls --js\t", "--json "),
                            ("winnow show dig\t", "digits "), ("winnow ls --color al\t", "always"),
                            ("winnow run my\t", r"my\\ sweep\.yaml "),
                            ("winnow show digits \t", "finished"),
                            ("winnow logs two\\ words \t", "finished")):
        zsh.type(typed)
        zsh.wait_for(expected)
        zsh.type("\025")


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not installed")
def test_fish_completes(installed, swept):
    script = installed / "share" / "fish" / "vendor_completions.d" / "winnow.fish"

    def offered(line):
        done = subprocess.run(["fish", "--no-config", "-c", f"source {script}; complete -C '{line}'"],
                              cwd=swept.path, env=swept.env, capture_output=True, text=True,
                              check=True)
        return [row.split("\t")[0] for row in done.stdout.splitlines()]
    assert offered("winnow do") == ["doctor"]
    assert offered("winnow ls --js") == ["--json"]
    assert offered("winnow show dig") == ["digits"]
    assert offered("winnow ls --color al") == ["always"]
    assert "my sweep.yaml" in offered("winnow run my")
    assert "0" in offered("winnow show digits ") and "digits" not in offered("winnow show digits ")
    assert "0" in offered("winnow enqueue digits --like ")
    assert "digits" in offered("winnow board --top 3 dig")


# ---- packages ------------------------------------------------------------------------------------


@pytest.fixture
def deps(tmp_path):
    """deps(*groups, uid, missing): tools/deps.sh where some packages are said to be missing; apt-get
    and sudo are stand-ins that write down what they were asked."""
    tools = tmp_path / "bin"
    tools.mkdir()

    def stand_in(name, script):
        (tools / name).write_text("#!/bin/sh\n" + script)
        (tools / name).chmod(0o755)

    def run(*groups, uid=0, missing="", apt_fails=False):
        stand_in("dpkg-query", f'case " {missing} " in *" $4 "*) exit 1 ;; esac; echo installed\n'
                 .replace("echo installed", "printf installed"))
        stand_in("id", f"echo {uid}\n")
        stand_in("sudo", "exit 1\n")
        stand_in("apt-get", f'echo "$@" >> {tmp_path}/asked\n'
                 + ("echo no network; exit 100\n" if apt_fails else "echo noise\n"))
        env = {**clean_environment(), "PATH": f"{tools}:{os.environ['PATH']}"}
        done = subprocess.run([ROOT / "tools" / "deps.sh", *groups], env=env, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)
        asked = tmp_path / "asked"
        return done, asked.read_text().splitlines() if asked.exists() else []
    return run


def test_deps_is_silent_and_asks_nothing_where_all_is_there(deps):
    done, asked = deps("build", "demo", uid=1000)
    assert (done.returncode, done.stdout, done.stderr, asked) == (0, "", "", [])


def test_deps_installs_what_is_missing_and_keeps_the_noise_to_itself(deps):
    done, asked = deps("build", "demo", missing="libuv1-dev libsvm-tools")
    assert done.returncode == 0
    assert done.stdout == "Installing Debian packages: libuv1-dev libsvm-tools\n"
    assert asked[0].startswith("update") and " libuv1-dev libsvm-tools" in asked[1]


def test_deps_tells_somebody_who_may_not_install_what_to_run(deps):
    done, asked = deps("demo", uid=1000, missing="libsvm-tools")
    assert done.returncode == 3 and asked == []
    assert "As root, run:" in done.stderr and "libsvm-tools" in done.stderr


def test_deps_shows_why_apt_failed(deps):
    done, _ = deps("demo", missing="libsvm-tools", apt_fails=True)
    assert done.returncode == 3
    assert "no network" in done.stderr and "The command was:" in done.stderr
