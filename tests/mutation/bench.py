"""Builds a file that was changed, and the unit tests against it.

Everything is taken from a build directory of meson: how a file is compiled
(compile_commands.json), which tests there are, and how they are linked.  A changed file lies in a
folder that is looked at first for sources and includes; its object is given to the linker before
the library that has the true one, which is then not taken.
"""

import json
import math
import os
import pathlib
import resource
import shlex
import subprocess
import threading

from mutation.source import Source
from mutation.variants import ERROR, PICK, Variants

# A test of a mutant hangs when it takes so many times as long as of the true text, and a second.
# Of the processor's time, so that a busy machine kills no mutant.
SLOWER = 3
FIRST_LIMIT = 60  # seconds
WALL_SECONDS = 120
BELOW = ("crawler/core", "crawler/base")  # rooms that all others stand on
ENVIRONMENT = {
    "ASAN_OPTIONS": "symbolize=0",
    "UBSAN_OPTIONS": "halt_on_error=1:symbolize=0",
}


class Unusable(Exception):
    """The build directory, or what it makes, is not fit for mutants; says why."""


class Uncompiled(Exception):
    """What the compiler said."""


def output_of(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        raise Unusable(f"{shlex.join(command)}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def children_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Test:
    """A unit test in C: its program, its objects, how it is linked and called."""

    def __init__(self, entry, target, build):
        self.name = entry["name"]
        self.target = target
        self.arguments = entry["cmd"][1:]
        self.environment = {**os.environ, **entry["env"], **ENVIRONMENT}
        self.workdir = entry["workdir"] or str(build)
        self.inputs = set(output_of(["ninja", "-t", "inputs", target], build).split("\n"))
        self.archives = sum(name.endswith(".a") for name in self.inputs)
        self.link = None
        self.kills = 0
        self.seconds = FIRST_LIMIT


class Bench:
    def __init__(self, root, build):
        self.root, self.build = root, build
        if not (build / "build.ninja").is_file():
            raise Unusable(f"{build}: no build directory (meson setup {build} -Dtests=enabled)")
        output_of(["ninja", "build.ninja"], build)  # what meson makes is of today
        entries = json.loads((build / "compile_commands.json").read_text())
        self.commands = {entry["output"]: entry for entry in entries}
        self.tests = self._tests()

    def _tests(self):
        listed = json.loads(output_of(["meson", "introspect", "--tests", str(self.build)],
                                      self.build))
        found = []
        for entry in listed:
            program = pathlib.Path(entry["cmd"][0])
            if "unit" not in str(entry["suite"]) or not program.is_relative_to(self.build):
                continue
            target = str(program.relative_to(self.build))
            if any(output.startswith(target + ".p/") for output in self.commands):
                found.append(Test(entry, target, self.build))
        return found

    def objects_of(self, path):
        """The objects made of this file, or, of a header, of files that include it."""
        name = os.path.relpath(path, self.build)
        if path.suffix == ".c":
            return {out for out, entry in self.commands.items() if entry["file"] == name}
        found, current = set(), ""
        for line in output_of(["ninja", "-t", "deps"], self.build).split("\n"):
            if line.startswith(" "):
                if line.strip() == name:
                    found.add(current)
            else:
                current = line.split(":")[0]
        return found & set(self.commands)

    def tests_of(self, path, objects):
        """The tests that take an object of the file and link the fewest libraries: those of its
        own room.  Where some of them need no other room, these alone: the rest wait for a network.
        First the test that bears the file's name."""
        outputs = self.objects_of(path) if path.suffix == ".c" else objects
        linked = [test for test in self.tests if test.inputs & outputs]
        for archives in sorted({test.archives for test in linked}):
            near = [test for test in linked if test.archives == archives]
            output_of(["ninja", *(test.target for test in near)], self.build)
            taken = {test: self.taken(test) for test in near}
            if taking := [test for test in near if taken[test] & objects]:
                enough = {path.parent, *(self.root / room for room in BELOW)}
                pure = [test for test in taking if self.rooms(taken[test]) <= enough]
                return sorted(pure or taking, key=lambda test: test.name != path.stem)
        raise Unusable(f"{path}: no unit test links it")

    def taken(self, test):
        """The objects that make the test's program."""
        command = self.link_command(test, "/dev/null", {})
        return {line.strip().split(" ")[-1]
                for line in output_of([*command, "-Wl,--trace"], self.build).split("\n")}

    def rooms(self, objects):
        """The folders of the program that the sources of these objects lie in."""
        folders = {(self.build / self.commands[each]["file"]).resolve().parent
                   for each in objects & set(self.commands)}
        return {folder for folder in folders if not folder.is_relative_to(self.root / "tests")}

    def link_command(self, test, program, changed):
        """changed: {object: its mutant}"""
        if test.link is None:
            text = output_of(["ninja", "-t", "commands", "-s", test.target], self.build)
            test.link = shlex.split(text)
        command = list(test.link)
        command[command.index("-o") + 1] = program
        own = [changed.get(word, word) for word in command]
        others = [new for old, new in changed.items() if old not in command]
        return [own[0], *others, *own[1:]]

    def compiler(self, output):
        return shlex.split(self.commands[output]["command"])[0]

    def compile_command(self, output, folder, path, made, options):
        """Compiles an object's source with the changed `path` that lies in folder."""
        entry = self.commands[output]
        words = iter(shlex.split(entry["command"]))
        kept = []
        for word in words:
            if word in ("-o", "-MQ", "-MF", "-MT"):
                next(words)
            elif not (word in ("-c", "-MD", "-MMD", entry["file"])
                      or word.startswith(("-O", "-g", "-W", "-fdiagnostics"))):
                kept.append(word)
        source = (self.build / entry["file"]).resolve()
        near = ["-iquote", str(source.parent)]
        if source == path:
            source = folder / path.relative_to(self.root)
        return [kept[0], f"-I{folder}", *near, *kept[1:], f"-fmacro-prefix-map={folder}/=", "-w",
                *options, "-c", str(source), "-o", made]


class Room:
    """One file under test: the objects it is part of, the tests that cover it, its mutants."""

    def __init__(self, bench, path, folder):
        self.bench, self.path, self.folder = bench, path, folder
        objects = bench.objects_of(path)
        if not objects:
            raise Unusable(f"{path}: the build directory does not compile it")
        self.tests = bench.tests_of(path, objects)
        self.objects = {test: sorted(bench.taken(test) & objects) for test in self.tests}
        self.text = path.read_text(encoding="utf-8")
        self.source = Source(self.text)
        self.made = {}  # object: with all variants
        self.programs = {}  # test: linked with these
        self.lock = threading.Lock()

    def prepare(self, mutants):
        """Compiles the mutants that can be variants of their functions (variants.py)."""
        self.variants = Variants(self.source, mutants, self.path)
        folder = self.folder / "variants"
        pick = folder / "pick.c"
        self.lay(folder, self.variants.text())
        pick.write_text(PICK)
        compiler = self.bench.compiler(self.objects[self.tests[0]][0])
        output_of([compiler, "-c", str(pick), "-o", str(folder / "pick.o")], folder)
        for output in sorted({each for outputs in self.objects.values() for each in outputs}):
            self.made[output] = self.compile_variants(output, folder)

    def program(self, test):
        """The test with all variants; it must pass with none of them."""
        with self.lock:
            if test not in self.programs:
                folder = self.folder / "variants"
                changed = {output: self.made[output] for output in self.objects[test]}
                changed["pick"] = str(folder / "pick.o")
                program = str(folder / test.name)
                output_of(self.bench.link_command(test, program, changed), self.bench.build)
                before = children_seconds()
                if not self.passes(test, program, 0):
                    raise Unusable(f"{self.path}: its test {test.name} fails as it is")
                test.seconds = math.ceil(1 + SLOWER * (children_seconds() - before))
                self.programs[test] = program
            return self.programs[test]

    def compile_variants(self, output, folder):
        """Variants that are no C are left out."""
        while True:
            try:
                return self.compile(output, folder, ["-O0", "-fmax-errors=0"])
            except Uncompiled as problem:
                wrong = {int(number) for number in ERROR.findall(str(problem))}
                if not wrong & self.variants.numbers():
                    raise Unusable(f"{self.path}: {problem}") from problem
                self.variants.drop(wrong)
                self.lay(folder, self.variants.text())

    def lay(self, folder, text):
        place = folder / self.path.relative_to(self.bench.root)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def compile(self, output, folder, options):
        """The path of the object of the text that was laid there."""
        made = str(folder / output.replace("/", "_"))
        command = self.bench.compile_command(output, folder, self.path, made, options)
        done = subprocess.run(command, cwd=self.bench.build, capture_output=True, text=True)
        if done.returncode != 0:
            raise Uncompiled(done.stderr)
        return made

    def trial(self, number, mutant):
        """What the tests say: "killed", "survived", or "invalid" where it is no C.  The test that
        kills most comes first."""
        folder = self.folder / str(number)
        alone = number in self.variants.outside
        if alone:
            self.lay(folder, self.changed(mutant))
        elif number not in self.variants.numbers():
            return "invalid"
        for test in sorted(self.tests, key=lambda test: -test.kills):
            try:
                program = self.program(test)
                if alone:
                    program = self.program_alone(test, folder)
            except Uncompiled:
                return "invalid"
            if not self.passes(test, program, number):
                test.kills += 1
                return "killed"
        return "survived"

    def changed(self, mutant):
        return self.text[: mutant.start] + mutant.written + self.text[mutant.end :]

    def program_alone(self, test, folder):
        made = {output: self.compile(output, folder, ["-O0"]) for output in self.objects[test]}
        program = str(folder / "test")
        output_of(self.bench.link_command(test, program, made), self.bench.build)
        return program

    def passes(self, test, program, number):
        """Ends the program with the first case that fails, as cmocka reports it."""
        running = subprocess.Popen(
            ["prlimit", f"--cpu={test.seconds}", "--core=0", program, *test.arguments],
            cwd=test.workdir, env={**test.environment, "MUTANT": str(number)},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        late = threading.Timer(WALL_SECONDS, running.kill)
        late.start()
        with running:
            if any(b"FAILED" in line for line in running.stderr):
                running.kill()
        late.cancel()
        return running.returncode == 0

    def same_code(self, number, mutant):
        """Does the compiler make the same code of the mutant as of the true text?"""
        folder, options = self.folder / f"same-{number}", ["-O2", "-fno-sanitize=all"]
        for output in sorted({each for outputs in self.objects.values() for each in outputs}):
            octets = []
            for text in (self.text, self.changed(mutant)):
                self.lay(folder, text)
                octets.append(pathlib.Path(self.compile(output, folder, options)).read_bytes())
            if octets[0] != octets[1]:
                return False
        return True
