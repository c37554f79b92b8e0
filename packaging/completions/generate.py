#!/usr/bin/python3
"""Completions for bash, zsh and fish, made of what the program says of itself.

    generate.py bash|zsh|fish MXSURVEY

The build runs it, so what a shell offers are the commands and options of that very program.
"""

import re
import subprocess
import sys
from dataclasses import dataclass

COLUMN = 26  # where the second one begins; an option that is longer shifts it
LONG_OPTION = re.compile(r"  --(\S+)(?: ([A-Z][^a-z ]*))? (\S.*)")
WORD = r"[a-z][a-z0-9-]*"
LISTED = re.compile(rf"({WORD}(?:, {WORD})* or {WORD})(?= \(default|[;:]|$)")  # a, b or c
EXPLAINED = re.compile(rf"(?:^|; )({WORD}): ")  # a: what it does; b: what it does


@dataclass
class Option:
    name: str
    short: str  # "" or one letter
    argument: str  # "": a switch
    values: list  # of the argument, where they are few
    several: bool
    help: str

    def takes_file(self):
        return self.argument in ("FILE", "DIR")


@dataclass
class Command:
    name: str
    help: str
    options: list
    files: bool  # among what it is given without an option


def ask(program, *arguments):
    """What it prints, a line for each option: its words go on below themselves."""
    said = subprocess.run([program, *arguments], check=True, stdout=subprocess.PIPE,
                          text=True).stdout
    return re.sub(rf"\n {{{COLUMN + 1}}}(?=\S)", " ", said).splitlines()


def values_of(name, argument, text, usage):
    if re.fullmatch(rf"{WORD}(\|{WORD})*", argument):
        return argument.split("|")
    if found := re.search(rf"--{name} ({WORD}(?:\|{WORD})+)", usage):
        return found[1].split("|")
    if found := LISTED.match(text):
        return re.split(", | or ", found[1])
    explained = EXPLAINED.findall(text)
    return explained if len(explained) > 1 else []


def read_option(line, usage):
    if line[COLUMN:COLUMN + 1] == " ":
        name, argument = (line[4:COLUMN].split() + [""])[:2]
        text = line[COLUMN + 1:]
    else:
        name, argument, text = LONG_OPTION.fullmatch(line).groups(default="")
    short = "h" if name == "help" else "o" if "(also -o)" in text else ""
    return Option(name, short, argument, values_of(name, argument, text, usage),
                  "several times" in text, text)


def read_command(program, name):
    usage, text, *lines = ask(program, name, "--help")
    options = [read_option(line, usage) for line in lines if line.startswith("  --")]
    given = re.sub(r"\[?--\S+( [A-Z.|a-z]+)?\]?|-o [A-Z]+", "", usage)
    return Command(name, text, options, re.search(r"\b(DB|FILE|[A-Z]+\.(db|csv))\b", given) is not None)


def read(program):
    lines = ask(program, "--help")
    names = [found[1] for line in lines if (found := re.match(rf"  mxsurvey ({WORD}) ", line))]
    assert names, lines
    return [read_command(program, name) for name in names]


def spellings(option):
    return ["--" + option.name] + (["-" + option.short] if option.short else [])


# --- bash ---

BASH = """\
# bash completion for mxsurvey(1)

_mxsurvey()
{{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD - 1]}} words="" files=""
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W '{commands} --help --version' -- "$cur")
        return
    fi
    [[ $prev != = ]] || prev=${{COMP_WORDS[COMP_CWORD - 2]}}
    [[ $cur != = ]] || prev=${{COMP_WORDS[COMP_CWORD - 1]}} cur=
    case "${{COMP_WORDS[1]}} $prev" in
{arguments}
    *)
        if [[ $cur == -* ]]; then
            case ${{COMP_WORDS[1]}} in
{options}
            esac
        else
            case ${{COMP_WORDS[1]}} in
            {with_files}) files=1 ;;
            esac
        fi
        ;;
    esac
    if [[ $files ]]; then
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    else
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
    fi
}}
complete -F _mxsurvey mxsurvey
"""


def bash(commands):
    arguments, options = [], []
    for command in commands:
        for option in command.options:
            if not option.argument:
                continue
            pattern = " | ".join(f'"{command.name} {word}"' for word in spellings(option))
            then = ("files=1 " if option.takes_file() else
                    f"words='{' '.join(option.values)}' " if option.values else "")
            arguments.append(f"    {pattern}) {then};;")
        words = " ".join(word for option in command.options for word in spellings(option))
        options.append(f"            {command.name}) words='{words}' ;;")
    return BASH.format(
        commands=" ".join(command.name for command in commands), arguments="\n".join(arguments),
        options="\n".join(options),
        with_files=" | ".join(command.name for command in commands if command.files))


# --- zsh ---

ZSH = """\
#compdef mxsurvey
# zsh completion for mxsurvey(1)

_mxsurvey() {{
    local curcontext=$curcontext state line
    local -a commands
    _arguments -C '(- *)'{{-h,--help}}'[what there is]' '(- *)--version[versions]' \\
        '1:command:->command' '*::argument:->argument'
    case $state in
    command)
        commands=(
{commands}
        )
        _describe command commands
        ;;
    argument)
        case $words[1] in
{arguments}
        esac
        ;;
    esac
}}

_mxsurvey "$@"
"""


def zsh_quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


def zsh_option(option):
    text = re.sub(r"([\[\]\\])", r"\\\1", option.help)
    action = ("_files" if option.takes_file() else
              f"({' '.join(option.values)})" if option.values else " ")
    argument = re.sub(r"([\[\]\\:])", r"\\\1", option.argument)
    rest = zsh_quoted(f"[{text}]" + (f":{argument}:{action}" if option.argument else ""))
    words = spellings(option)
    if len(words) > 1:
        return f"'({' '.join(words)})'{{{','.join(words)}}}{rest}"
    return ("'*'" if option.several else "") + words[0] + rest


def zsh(commands):
    described = "\n".join("            " + zsh_quoted(f"{command.name}:{command.help}")
                          for command in commands)
    arguments = []
    for command in commands:
        specs = [zsh_option(option) for option in command.options]
        specs.append("'*: :_files'" if command.files else "'*: : '")
        arguments.append(f"        {command.name})\n            _arguments \\\n                "
                         + " \\\n                ".join(specs) + "\n            ;;")
    return ZSH.format(commands=described, arguments="\n".join(arguments))


# --- fish ---


def fish_quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def fish(commands):
    lines = ["# fish completion for mxsurvey(1)", "", "complete -c mxsurvey -f",
             "complete -c mxsurvey -n __fish_use_subcommand -l help -s h -d 'what there is'",
             "complete -c mxsurvey -n __fish_use_subcommand -l version -d versions"]
    for command in commands:
        lines.append(f"complete -c mxsurvey -n __fish_use_subcommand -a {command.name} "
                     f"-d {fish_quoted(command.help)}")
    for command in commands:
        begin = f"complete -c mxsurvey -n '__fish_seen_subcommand_from {command.name}'"
        lines += ["", begin + " -F"] if command.files else [""]
        for option in command.options:
            kind = (" -r -F" if option.takes_file() else
                    f" -x -a '{' '.join(option.values)}'" if option.values else
                    " -x" if option.argument else "")
            short = f" -s {option.short}" if option.short else ""
            lines.append(f"{begin} -l {option.name}{short}{kind} -d {fish_quoted(option.help)}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write({"bash": bash, "zsh": zsh, "fish": fish}[sys.argv[1]](read(sys.argv[2])))
