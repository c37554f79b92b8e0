#include "analysis/document/plot_draw.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analysis/document/utf8.h"

enum {
    PICTURE_MAX = 16 << 20,
    MESSAGE_MAX = 200
};

static char *cut_text(const char *text, size_t most)
{
    char *cut = utf8_for_terminal(text);
    if (cut == NULL || utf8_length(cut) <= most)
        return cut;
    size_t at = 0;
    for (size_t i = 0; i < most - 1; i++) {
        at++;
        while (((unsigned char)cut[at] & 0xc0) == 0x80)
            at++;
    }
    cut[at] = '\0';
    char *marked = NULL;
    if (asprintf(&marked, "%s\xe2\x80\xa6", cut) < 0) /* an ellipsis */
        marked = NULL;
    free(cut);
    return marked;
}

size_t plot_label(struct html_form *form, struct plot_labels *labels, const char *text, size_t most)
{
    if (labels->length == PLOT_LABELS_MAX) /* callers bound what they draw; the last one again */
        return PLOT_LABELS_MAX - 1;
    labels->texts[labels->length] = cut_text(text, most);
    if (labels->texts[labels->length] == NULL) {
        html_no_memory(form);
        return 0;
    }
    return labels->length++;
}

void plot_labels_free(struct plot_labels *labels)
{
    for (size_t i = 0; i < labels->length; i++)
        free(labels->texts[i]);
    labels->length = 0;
}

/* --- the child --- */

static int write_all(int descriptor, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t written = write(descriptor, text, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return -1;
        text += written;
        length -= (size_t)written;
    }
    return lseek(descriptor, 0, SEEK_SET) == 0 ? 0 : -1;
}

/* The file as a string of at most `most` octets; NULL: empty, too long, or no memory */
static char *read_all(int descriptor, size_t most)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0 || status.st_size <= 0 || (uintmax_t)status.st_size > most)
        return NULL;
    char *text = malloc((size_t)status.st_size + 1);
    if (text == NULL)
        return NULL;
    ssize_t length = pread(descriptor, text, (size_t)status.st_size, 0);
    text[length > 0 ? length : 0] = '\0';
    return text;
}

/* No start-up files (-d), no surprises from the environment */
static int spawn(const int files[3], pid_t *ret)
{
    char *arguments[] = {(char[]){"gnuplot"}, (char[]){"-d"}, NULL};
    char *environment[] = {(char[]){"PATH=/usr/local/bin:/usr/bin:/bin"}, (char[]){"HOME=/"},
                           (char[]){"LC_ALL=C.UTF-8"}, (char[]){"TZ=UTC0"}, NULL};
    posix_spawn_file_actions_t actions;
    int result = posix_spawn_file_actions_init(&actions);
    if (result != 0)
        return result;
    for (int i = 0; i < 3 && result == 0; i++)
        result = posix_spawn_file_actions_adddup2(&actions, files[i], i);
    if (result == 0)
        result = posix_spawnp(ret, "gnuplot", &actions, NULL, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    return result;
}

static int fail_run(int number, struct error *error)
{
    if (number == ENOENT)
        return error_set(error,
                         "gnuplot is not there to draw the figures of --format html: install "
                         "gnuplot-nox, or use --format text or json");
    return error_set(error, "gnuplot cannot be run: %s", strerror(number));
}

/* Says what gnuplot said: its first line with something in it. */
static int fail_message(int descriptor, int status, struct error *error)
{
    char *message = read_all(descriptor, PICTURE_MAX);
    const char *line = message != NULL ? message + strspn(message, " \t\n") : "";
    error_set(
        error, "gnuplot (status %d) drew no figure: %.*s",
        WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
        (int)strnlen(line, strcspn(line, "\n") < MESSAGE_MAX ? strcspn(line, "\n") : MESSAGE_MAX),
        line);
    free(message);
    return -1;
}

/* Runs gnuplot; *ret is what it wrote, owned by the caller, NULL after failure. */
static int run_gnuplot(const char *script, size_t length, char **ret, struct error *error)
{
    int files[3] = {-1, -1, -1};
    int result = 0, status = 0;
    pid_t child;
    *ret = NULL;
    /* files in memory instead of pipes: neither side ever waits for the other */
    for (int i = 0; i < 3; i++) {
        files[i] = memfd_create("gnuplot", MFD_CLOEXEC);
        if (files[i] < 0) {
            result = fail_run(errno, error);
            goto done;
        }
    }
    if (write_all(files[0], script, length) != 0) {
        result = fail_run(errno, error);
        goto done;
    }
    int number = spawn(files, &child);
    if (number != 0) {
        result = fail_run(number, error);
        goto done;
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    *ret = read_all(files[1], PICTURE_MAX);
    if (*ret == NULL || status != 0) {
        free(*ret);
        *ret = NULL;
        result = fail_message(files[2], status, error);
    }

done:
    for (int i = 0; i < 3; i++) {
        if (files[i] >= 0)
            close(files[i]);
    }
    return result;
}

/* --- its picture --- */

/* "rgb(  0,   0,   5)" is the colour of role 5.  Returns how much of at it was. */
static size_t copy_colour(struct html_form *form, const char *at)
{
    int red, green, role, length = 0;
    if (sscanf(at, "rgb( %3d , %3d , %3d )%n", &red, &green, &role, &length) < 3 || length == 0 ||
        red != 0 || green != 0)
        return 0;
    fprintf(form->out, "var(--plot-%d)", role);
    return (size_t)length;
}

/* From '<' to '>'.  Returns what follows. */
static const char *copy_tag(struct html_form *form, const char *at)
{
    static const char *const ids[] = {" id='", " id=\"", "href='#", "href=\"#"};
    while (*at != '\0' && *at != '>') {
        size_t taken = strncmp(at, "rgb(", 4) == 0 ? copy_colour(form, at) : 0;
        for (size_t i = 0; i < sizeof ids / sizeof *ids && taken == 0; i++) {
            if (strncmp(at, ids[i], strlen(ids[i])) == 0) {
                fprintf(form->out, "%sp%u-", ids[i], form->figures);
                taken = strlen(ids[i]);
            }
        }
        if (taken == 0) {
            fputc(*at, form->out);
            taken = 1;
        }
        at += taken;
    }
    return at;
}

/* From '>' to before '<': a placeholder, or numbers of gnuplot's own */
static const char *copy_content(struct html_form *form, const char *at,
                                const struct plot_labels *labels)
{
    size_t length = strcspn(at, "<"), number;
    int end = 0;
    if (sscanf(at, ">@%6zu@%n", &number, &end) == 1 && end > 0 && (size_t)end == length &&
        number < labels->length) {
        fputc('>', form->out);
        html_text(form, labels->texts[number]);
    } else {
        fprintf(form->out, "%.*s", (int)length, at);
    }
    return at + length;
}

/* gnuplot's SVG into the page: ids made unlike those of other figures, colours
 * into CSS variables, placeholders into texts. */
static void copy_svg(struct html_form *form, const char *title, const char *svg,
                     const struct plot_labels *labels)
{
    unsigned width = 0, height = 0;
    const char *box = strstr(svg, "viewBox=\"0 0 ");
    const char *at = strstr(svg, "<g id=\"gnuplot_canvas\"");
    if (box == NULL || at == NULL || sscanf(box, "viewBox=\"0 0 %6u %6u\"", &width, &height) != 2) {
        if (form->failed == 0)
            form->failed = error_set(form->error, "gnuplot's SVG is not as known; use another "
                                                  "gnuplot (5.4 and 6.0 do), or --format text");
        return;
    }
    unsigned id = ++form->figures;
    fprintf(form->out,
            "<svg class=\"plot\" viewBox=\"0 0 %u %u\" role=\"img\" "
            "aria-labelledby=\"p%u-title p%u-desc\" xmlns=\"http://www.w3.org/2000/svg\" "
            "xmlns:xlink=\"http://www.w3.org/1999/xlink\">\n<title id=\"p%u-title\">",
            width, height, id, id, id);
    html_text(form, title);
    fprintf(form->out,
            "</title>\n<desc id=\"p%u-desc\">The numbers are in a table of this part "
            "of the page.</desc>\n",
            id);
    while (*at != '\0') {
        at = copy_tag(form, at);
        at = copy_content(form, at, labels);
    }
}

void plot_begin(FILE *script, unsigned width, unsigned height)
{
    fprintf(script,
            "set terminal svg size %u,%u dynamic noenhanced font 'sans,13'\n"
            "set encoding utf8\n"
            "unset key\n"
            "set style fill solid noborder\n",
            width, height);
}

void plot_draw(struct html_form *form, const char *title, const char *script, size_t length,
               const struct plot_labels *labels)
{
    char *svg = NULL;
    if (form->failed == 0)
        form->failed = run_gnuplot(script, length, &svg, form->error);
    if (form->failed != 0)
        return;
    fputs("<figure>\n<figcaption>", form->out);
    html_text(form, title);
    fputs("</figcaption>\n", form->out);
    copy_svg(form, title, svg, labels);
    fputs("</figure>\n", form->out);
    free(svg);
}
