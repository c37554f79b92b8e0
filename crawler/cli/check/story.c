#include "crawler/cli/check/story.h"

#include "analysis/document/json_form.h"
#include "analysis/document/utf8.h"
#include "crawler/core/ede.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
    EDE_STORY_MAX = 1024, /* 16 codes of a lookup, with their names */
};

const char *story_text(sqlite3_stmt *row, int column)
{
    const char *value = (const char *)sqlite3_column_text(row, column);
    return value != NULL ? value : "";
}

bool story_is(sqlite3_stmt *row, int column, const char *word)
{
    return strcmp(story_text(row, column), word) == 0;
}

bool story_is_null(sqlite3_stmt *row, int column)
{
    return sqlite3_column_type(row, column) == SQLITE_NULL;
}

enum dnssec story_dnssec(sqlite3_stmt *row, int column)
{
    for (enum dnssec dnssec = DNSSEC_SECURE; dnssec <= DNSSEC_INDETERMINATE; dnssec++) {
        if (story_is(row, column, dnssec_word(dnssec)))
            return dnssec;
    }
    return DNSSEC_UNKNOWN;
}

/* To compile one takes longer than to run it.  NULL: sqlite3_errmsg(db), or all places are taken.
 */
static struct story_statement *take_statement(struct story *story, const char *sql)
{
    for (unsigned i = 0; i < STORY_STATEMENTS; i++) {
        struct story_statement *one = &story->statements[i];
        if (one->busy || (one->sql != NULL && one->sql != sql))
            continue;
        if (one->sql == NULL &&
            sqlite3_prepare_v2(story->db, sql, -1, &one->row, NULL) != SQLITE_OK)
            return NULL;
        one->sql = sql;
        one->busy = true;
        return one;
    }
    return NULL;
}

void story_done(struct story *story)
{
    for (unsigned i = 0; i < STORY_STATEMENTS; i++)
        sqlite3_finalize(story->statements[i].row);
}

/* What it asks for first, and the domain where it asks for that, too. */
static int bind_texts(const struct story *story, sqlite3_stmt *row, const char *bound)
{
    const char *const texts[] = {bound, story->domain};
    int count = sqlite3_bind_parameter_count(row), code = SQLITE_OK;
    assert(count <= 2);
    for (int i = 0; i < count && code == SQLITE_OK; i++)
        code = sqlite3_bind_text(row, i + 1, texts[i], -1, SQLITE_TRANSIENT);
    return code == SQLITE_OK ? 0 : -1;
}

int story_each(struct story *story, const char *sql, const char *bound,
               int (*each)(struct story *story, sqlite3_stmt *row))
{
    struct story_statement *statement = take_statement(story, sql);
    int step;
    assert(statement != NULL || sqlite3_errcode(story->db) != SQLITE_OK);
    if (statement == NULL)
        return -1;
    sqlite3_stmt *row = statement->row;
    int result = bind_texts(story, row, bound);
    while (result == 0 && (step = sqlite3_step(row)) != SQLITE_DONE)
        result = step == SQLITE_ROW ? each(story, row) : -1;
    sqlite3_reset(row);
    statement->busy = false;
    return result;
}

const char *story_explain(const char *const words[][2], const char *word)
{
    while ((*words)[0] != NULL && strcmp((*words)[0], word) != 0)
        words++;
    return (*words)[1];
}

static const char *explain_failure(const char *failure)
{
    static const char *const words[][2] = {
        {"timeout", "no answer within the time allowed"},
        {"servfail", "SERVFAIL: the name servers are lame, unreachable or broken"},
        {"bogus", "DNSSEC validation fails (bogus): validating resolvers see nothing here"},
        {"refused", "the resolver refuses the question"},
        {"formerr", "the resolver calls the question malformed"},
        {"notimp", "the resolver does not implement the question"},
        {"malformed", "the answer is malformed or answers another question"},
        {"referral", "the resolver hands on a referral in place of an answer: it does not recurse"},
        {"filtered", "the resolver's own policy made the answer: it says nothing of the domain"},
        {NULL, "an unusual response code"},
    };
    return story_explain(words, failure);
}

/* " (EDE 6 DNSSEC Bogus, 9 DNSKEY Missing)" of "6,9"; "" of "". */
static void explain_ede(const char *ede, char ret[EDE_STORY_MAX])
{
    size_t used = 0;
    char *end = NULL;
    ret[0] = '\0';
    for (const char *code = ede; *code != '\0'; code = *end == ',' ? end + 1 : end) {
        unsigned long number = strtoul(code, &end, 10);
        const char *name = end != code ? ede_name((unsigned)number) : NULL;
        if (end == code || used + 64 > EDE_STORY_MAX)
            break; /* not as the survey writes them */
        used += (size_t)snprintf(ret + used, EDE_STORY_MAX - used, "%s%lu%s%s",
                                 used == 0 ? " (EDE " : ", ", number, name != NULL ? " " : "",
                                 name != NULL ? name : "");
    }
    if (used > 0)
        snprintf(ret + used, EDE_STORY_MAX - used, ")");
}

static const char *punctuation(const char *text)
{
    return strstr(text, ": ") == NULL ? ": " : "; ";
}

static void print_finding(const struct story *story, enum severity severity, const char *text,
                          const struct advice *advice)
{
    static const char *const marks[] = {"  ", "? ", "! "};
    fprintf(story->out, "    %s%s%s%s\n", marks[severity], text,
            advice != NULL ? punctuation(text) : "", advice != NULL ? advice->text : "");
}

json_t *story_json(const char *text)
{
    size_t length = strlen(text);
    char *clean = utf8_clean(text, length, 3 * length);
    json_t *string = clean != NULL ? json_string(clean) : NULL;
    free(clean);
    return string;
}

static json_t *step_json(const struct advice_step *step)
{
    return json_pack("{s:s, s:o, s:o}", "code", advice_word(step->code), "name",
                     story_json(step->name), "value",
                     step->value != NULL ? story_json(step->value) : json_null());
}

static json_t *advice_json(const struct advice *advice)
{
    if (advice == NULL)
        return json_null();
    json_t *steps = json_array();
    for (unsigned i = 0; i < advice->count; i++)
        steps = json_with_item(steps, step_json(&advice->steps[i]));
    return json_pack("{s:o, s:o}", "text", story_json(advice->text), "steps", steps);
}

/* Are records for the host's own key to be published, or may they be? */
static bool changes_tlsa(const struct advice_step *step)
{
    if (step->code == ADVICE_REMOVE_TLSA)
        return strcmp(step->value, "all") == 0; /* or replaced */
    return step->code == ADVICE_PUBLISH_TLSA || step->code == ADVICE_ADD_TLSA ||
           step->code == ADVICE_CHECK_TLSA;
}

void story_find(struct story *story, enum finding_code code, const char *subject,
                const struct advice *advice, const char *format, ...)
{
    char text[TEXT_MAX];
    enum severity severity = finding_severity(code);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (severity > story->domain_worst)
        story->domain_worst = severity;
    if (severity > story->worst)
        story->worst = severity;
    for (unsigned i = 0; advice != NULL && i < advice->count; i++)
        story->changes_tlsa |= changes_tlsa(&advice->steps[i]);
    if (story->out != NULL)
        print_finding(story, severity, text, advice);
    else
        story->findings =
            json_with_item(story->findings,
                           json_pack("{s:s, s:s, s:o, s:o, s:o}", "severity",
                                     severity_word(severity), "code", finding_word(code), "subject",
                                     story_json(subject != NULL ? subject : story->domain), "text",
                                     story_json(text), "advice", advice_json(advice)));
}

void story_find_excluded(struct story *story, const char *name, const char *what)
{
    story_find(story, FINDING_EXCLUDED, name, NULL, "%s: %s is excluded by %s", what, name,
               story->exclude != NULL ? story->exclude : "an opt-out");
}

void story_say(const struct story *story, const char *format, ...)
{
    va_list arguments;
    if (story->out == NULL)
        return;
    va_start(arguments, format);
    vfprintf(story->out, format, arguments);
    va_end(arguments);
}

/* What the resolver itself made says nothing about a domain. */
static bool is_resolvers_policy(const char *text)
{
    struct ede ede;
    bool found = false;
    ede_from_text(text, &ede);
    for (unsigned i = 0; i < ede.count; i++)
        found |= ede_class(ede.codes[i]) == EDE_OF_POLICY;
    return found;
}

bool story_failure_advice(const struct story_failure *failure, struct advice *ret)
{
    bool bogus = strcmp(failure->failure, "bogus") == 0;
    advice_begin(ret);
    if (is_resolvers_policy(failure->ede))
        return false;
    if (bogus)
        advice_say(ret, "have the zone of %s, or the one that its aliases lead to, signed anew",
                   failure->name);
    else if (strcmp(failure->failure, "servfail") == 0 || strcmp(failure->failure, "timeout") == 0)
        advice_say(ret, "make the name servers of %s answer %s questions", failure->name,
                   failure->type);
    else
        return false;
    advice_step(ret, bogus ? ADVICE_SIGN_ANEW : ADVICE_MEND_LOOKUP, failure->name, failure->type);
    return true;
}

void story_failure(struct story *story, enum finding_code code, const char *subject,
                   const struct story_failure *failure, const struct advice *advice)
{
    char codes[EDE_STORY_MAX];
    explain_ede(failure->ede, codes);
    story_find(story, code, subject, advice, "%s failed: %s%s", failure->what,
               explain_failure(failure->failure), codes);
}

void story_failure_advised(struct story *story, enum finding_code code, const char *subject,
                           const struct story_failure *failure)
{
    struct advice advice;
    bool advised = story_failure_advice(failure, &advice);
    story_failure(story, code, subject, failure, advised ? &advice : NULL);
}

void story_failure_aside(const struct story *story, const struct story_failure *failure)
{
    char codes[EDE_STORY_MAX];
    explain_ede(failure->ede, codes);
    story_say(story, "      %s failed: %s%s\n", failure->what, explain_failure(failure->failure),
              codes);
}
