"""What the end-to-end tests share that run inside the lab: each is a function of a script, which
calls itself there, `SCRIPT --inside NAME DIRECTORY`."""
import fcntl
import os
import pathlib
import subprocess
import sys

from harness import PROGRAM, ROOT

NOT_LOOPBACK = "5.253.0.1"
LAB = str(ROOT / "tests/lab/lab")


def private():
    """Options for a private Unbound that lives in the lab."""
    return ["--root-hints", os.environ["LAB_ROOT_HINTS"], "--trust-anchor",
            os.environ["LAB_TRUST_ANCHOR"], "--unbound-include", os.environ["LAB_UNBOUND_INCLUDE"]]


def policies():
    """Options for the lab's HTTPS servers; some are silent for as long as one waits."""
    return ["--ca-file", os.environ["LAB_CA_FILE"], "--sts-timeout", "5"]


def tell(domain, status, *words, options=(), never=()):
    """check says these words of a domain, and none of the others; returns its text."""
    done = subprocess.run([PROGRAM, "check", domain, *private(), *policies(), *options],
                          stdout=subprocess.PIPE, check=False)
    text = done.stdout.decode()
    assert done.returncode == status, text
    for word in (domain, *words):
        assert word in text, (word, text)
    for word in never:
        assert word not in text, (word, text)
    return text


def make_lab(lab, *options):
    """A new lab in this folder.  Where LABS names a folder for labs, one that was made for the same
    options is copied, which takes a fourth of the time."""
    if "LABS" not in os.environ:
        subprocess.run([LAB, "generate", lab, *options], check=True, stdout=subprocess.DEVNULL)
        return
    kept = pathlib.Path(os.environ["LABS"], "".join(options))
    kept.parent.mkdir(exist_ok=True)
    with open(f"{kept}.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            new = f"{kept}.new"
            subprocess.run([LAB, "generate", new, *options], check=True, stdout=subprocess.DEVNULL)
            os.rename(new, kept)
    subprocess.run(["cp", "-r", kept, lab], check=True)


def in_lab(directory, inside, *generate, resolver=False, seconds=600):
    """Runs the function inside a lab of its own; returns the lab's folder."""
    lab = directory / "lab"
    make_lab(lab, "--seed", "3", *generate)
    run = [LAB, "run", *(["--resolver"] if resolver else []), str(lab), sys.argv[0], "--inside",
           inside.__name__, str(directory)]
    done = subprocess.run(run, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=seconds, check=False)
    assert done.returncode == 0, "\n" + done.stdout.decode()[-4000:]
    return lab


def in_namespace(directory, inside):
    """Runs the function in a network namespace of its own, without the lab; NOT_LOOPBACK is there."""
    sys.path.insert(0, str(ROOT / "tests/lab"))
    from run import namespaces  # pylint: disable=import-outside-toplevel
    words = namespaces()
    assert words, "no network namespace"
    command = f"ip link set lo up && ip addr add {NOT_LOOPBACK}/32 dev lo && exec \"$0\" --inside \"$1\" \"$2\""
    done = subprocess.run([*words, "sh", "-c", command, sys.argv[0], inside.__name__, str(directory)],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900, check=False)
    assert done.returncode == 0, "\n" + done.stdout.decode()[-9000:]


def is_inside():
    return len(sys.argv) == 4 and sys.argv[1] == "--inside"


def call_inside(functions):
    """functions: of the script, by name."""
    functions[sys.argv[2]](pathlib.Path(sys.argv[3]))
