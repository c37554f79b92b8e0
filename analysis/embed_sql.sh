#!/bin/sh
# Turns SQL files into one C file: sql/domains.sql becomes `const char sql_domains[]`.
# Comments stay in the .sql files: `--` must not occur within a string of theirs.  usage: embed_sql.sh FILE.sql...
set -eu

echo '#include "analysis/sql.h"'
for file in "$@"; do
    printf '\nconst char sql_%s[] =\n' "$(basename "$file" .sql)"
    awk '{
        sub(/[ \t]*--.*/, "")
        if ($0 == "")
            next
        gsub(/\\/, "\\\\")
        gsub(/"/, "\\\"")
        printf "    \"%s\\n\"\n", $0
    }' "$file"
    echo '    ;'
done
