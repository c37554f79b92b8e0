#!/bin/sh
# Turns SQL files into C: embed.sh OUTPUT HEADER NAME=FILE...
# Each becomes `const char NAME[]`, one string literal a line.
set -eu
output=$1
header=$2
shift 2
{
    echo "#include \"$header\""
    echo '/* ISO C only promises 4095 characters; every compiler we build with takes more */'
    echo '#pragma GCC diagnostic ignored "-Woverlength-strings"'
    for pair; do
        echo
        echo "const char ${pair%%=*}[] ="
        # comments stay: sqlite_schema keeps those inside a statement, for readers
        sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/    "/' -e 's/$/\\n"/' "${pair#*=}"
        echo '    ;'
    done
} >"$output"
