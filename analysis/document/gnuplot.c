#include "analysis/document/gnuplot.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analysis/document/markup.h"

enum {
    PICTURE_MAX = 16 << 20,
    MESSAGE_MAX = 200
};

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

/* The file as a string of at most `most` octets, its length in *ret; NULL: empty, too long, or no
 * memory */
static char *read_all(int descriptor, size_t most, size_t *ret)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0 || status.st_size <= 0 || (uintmax_t)status.st_size > most)
        return NULL;
    char *text = malloc((size_t)status.st_size + 1);
    if (text == NULL)
        return NULL;
    ssize_t length = pread(descriptor, text, (size_t)status.st_size, 0);
    *ret = length > 0 ? (size_t)length : 0;
    text[*ret] = '\0';
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
                         "gnuplot is not there to draw the figures of --format html and --figures: "
                         "install gnuplot-nox, or do without these");
    return error_set(error, "gnuplot cannot be run: %s", strerror(number));
}

/* Says what gnuplot said: its first line with something in it. */
static int fail_message(int descriptor, int status, struct error *error)
{
    size_t length;
    char *message = read_all(descriptor, PICTURE_MAX, &length);
    const char *line = message != NULL ? message + strspn(message, " \t\n") : "";
    error_set(
        error, "gnuplot (status %d) drew no figure: %.*s",
        WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
        (int)strnlen(line, strcspn(line, "\n") < MESSAGE_MAX ? strcspn(line, "\n") : MESSAGE_MAX),
        line);
    free(message);
    return -1;
}

/* What it wrote, owned by the caller; NULL after failure. */
struct picture {
    char *octets;
    size_t length;
};

static int run_gnuplot(const char *script, size_t length, struct picture *ret, struct error *error)
{
    int files[3] = {-1, -1, -1};
    int result = 0, status = 0;
    pid_t child;
    *ret = (struct picture){NULL, 0};
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
    ret->octets = read_all(files[1], PICTURE_MAX, &ret->length);
    if (ret->octets == NULL || status != 0) {
        free(ret->octets);
        ret->octets = NULL;
        result = fail_message(files[2], status, error);
    }

done:
    for (int i = 0; i < 3; i++) {
        if (files[i] >= 0)
            close(files[i]);
    }
    return result;
}

/* --- its script --- */

enum form {
    FORM_PAGE,
    FORM_SVG,
    FORM_PDF
};

static int no_memory(struct error *error)
{
    return error_set(error, "out of memory for a figure");
}

/* Its font's size fits plot.c's idea of a letter. */
static void set_terminal(FILE *script, const struct plot *plot, enum form form)
{
    static const double CENTIMETRES = 0.025; /* of a unit */
    if (form == FORM_PDF)
        fprintf(script,
                "set terminal pdfcairo size %.3fcm,%.3fcm noenhanced font 'sans,9' linewidth 0.7\n",
                CENTIMETRES * plot->width, CENTIMETRES * plot->height);
    else
        fprintf(script, "set terminal svg size %u,%u dynamic noenhanced font 'sans,13'\n",
                plot->width, plot->height);
    fputs("set encoding utf8\nunset key\nset style fill solid noborder\n", script);
}

/* On a page a colour says which role it has. */
static void set_colours(FILE *script, enum form form)
{
    static const unsigned colours[PLOT_ROLES] = {
        [PLOT_AXIS] = 0x555555,       [PLOT_TEXT] = 0x000000,       [PLOT_GRID] = 0xdddddd,
        [PLOT_COUNTS] = 0x777777,     [PLOT_BAR] = 0x000000,        [PLOT_SERIES] = 0x0b5fa5,
        [PLOT_SERIES + 1] = 0xc04a00, [PLOT_SERIES + 2] = 0x007a58, [PLOT_SERIES + 3] = 0xa23b80,
        [PLOT_SERIES + 4] = 0x7a6000, [PLOT_SERIES + 5] = 0x5a5f66,
    };
    for (unsigned role = PLOT_AXIS; role < PLOT_ROLES; role++)
        fprintf(script, "C%u = '#%06x'\n", role, form == FORM_PAGE ? role : colours[role]);
}

/* Each octet as a number: whatever it is, it ends no string and commands nothing. */
static void set_texts(FILE *script, const struct plot *plot, enum form form)
{
    fprintf(script, "array T[%zu]\n", plot->text_count + 1);
    for (size_t i = 0; i < plot->text_count; i++) {
        if (form != FORM_PDF) {
            fprintf(script, "T[%zu] = '@%zu@'\n", i + 1, i);
            continue;
        }
        fprintf(script, "T[%zu] = \"", i + 1);
        for (const char *at = plot->texts[i]; *at != '\0'; at++)
            fprintf(script, "\\%03o", (unsigned)(unsigned char)*at);
        fputs("\"\n", script);
    }
}

static int draw(const struct plot *plot, enum form form, struct picture *ret, struct error *error)
{
    char *text = NULL;
    size_t length = 0;
    FILE *script = open_memstream(&text, &length);
    if (script == NULL)
        return no_memory(error);
    set_terminal(script, plot, form);
    set_colours(script, form);
    set_texts(script, plot, form);
    fwrite(plot->script, 1, plot->length, script);
    int result = fclose(script) != 0 ? no_memory(error) : run_gnuplot(text, length, ret, error);
    free(text);
    return result;
}

/* --- its picture --- */

/* What is made of gnuplot's SVG */
struct copy {
    const struct plot *plot;
    FILE *out;
    unsigned id; /* 0: a file of its own */
};

/* "rgb(  0,   0,   5)" is the colour of role 5 on a page.  Returns how much of at it was. */
static size_t copy_colour(const struct copy *copy, const char *at)
{
    int red, green, role, length = 0;
    if (sscanf(at, "rgb( %3d , %3d , %3d )%n", &red, &green, &role, &length) < 3 || length == 0 ||
        red != 0 || green != 0)
        return 0;
    fprintf(copy->out, "var(--plot-%d)", role);
    return (size_t)length;
}

/* From '<' to '>'.  Returns what follows. */
static const char *copy_tag(const struct copy *copy, const char *at)
{
    static const char *const ids[] = {" id='", " id=\"", "href='#", "href=\"#"};
    while (*at != '\0' && *at != '>') {
        size_t taken = copy->id != 0 && strncmp(at, "rgb(", 4) == 0 ? copy_colour(copy, at) : 0;
        for (size_t i = 0; i < sizeof ids / sizeof *ids && taken == 0; i++) {
            if (strncmp(at, ids[i], strlen(ids[i])) == 0) {
                fprintf(copy->out, "%sp%u-", ids[i], copy->id);
                taken = strlen(ids[i]);
            }
        }
        if (taken == 0) {
            fputc(*at, copy->out);
            taken = 1;
        }
        at += taken;
    }
    return at;
}

/* From '>' to before '<': a placeholder, or numbers of gnuplot's own */
static const char *copy_content(const struct copy *copy, const char *at)
{
    size_t length = strcspn(at, "<"), number;
    int end = 0;
    if (sscanf(at, ">@%6zu@%n", &number, &end) == 1 && end > 0 && (size_t)end == length &&
        number < copy->plot->text_count) {
        fputc('>', copy->out);
        put_html(copy->out, copy->plot->texts[number]);
    } else {
        fprintf(copy->out, "%.*s", (int)length, at);
    }
    return at + length;
}

/* Ids made unlike those of other figures of a page, placeholders into texts */
static int copy_svg(const struct copy *copy, const char *svg, struct error *error)
{
    static const char begin[] = "<title>", end[] = "</title>"; /* gnuplot's own, of no use */
    const char *at = strstr(svg, "<g id=\"gnuplot_canvas\"");
    if (at == NULL)
        return error_set(error, "gnuplot's SVG is not as known; use another gnuplot (5.4 and 6.0 "
                                "do), or do without figures");
    while (*at != '\0') {
        if (strncmp(at, begin, strlen(begin)) == 0 && strstr(at, end) != NULL)
            at = strstr(at, end) + strlen(end);
        at = copy_tag(copy, at);
        at = copy_content(copy, at);
    }
    return 0;
}

#define SVG_NAMES                                                                                  \
    "xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\""

static void put_title(const struct copy *copy, const char *title)
{
    fprintf(copy->out, "<title id=\"p%u-title\">", copy->id);
    put_html(copy->out, title);
    fputs("</title>\n", copy->out);
}

int plot_to_page(const struct plot *plot, const char *title, unsigned id, FILE *out,
                 struct error *error)
{
    const struct copy copy = {plot, out, id};
    struct picture picture;
    if (draw(plot, FORM_PAGE, &picture, error) != 0)
        return -1;
    fprintf(out,
            "<svg class=\"plot\" viewBox=\"0 0 %u %u\" role=\"img\" "
            "aria-labelledby=\"p%u-title p%u-desc\" " SVG_NAMES ">\n",
            plot->width, plot->height, id, id);
    put_title(&copy, title);
    fprintf(out,
            "<desc id=\"p%u-desc\">The numbers are in a table or list of this part of the "
            "page.</desc>\n",
            id);
    int result = copy_svg(&copy, picture.octets, error);
    free(picture.octets);
    return result;
}

int plot_to_svg(const struct plot *plot, const char *title, FILE *out, struct error *error)
{
    const struct copy copy = {plot, out, 0};
    struct picture picture;
    if (draw(plot, FORM_SVG, &picture, error) != 0)
        return -1;
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg width=\"%u\" height=\"%u\" "
            "viewBox=\"0 0 %u %u\" role=\"img\" aria-labelledby=\"p0-title\" " SVG_NAMES ">\n",
            plot->width, plot->height, plot->width, plot->height);
    put_title(&copy, title);
    fputs("<style>text { font-family: \"DejaVu Sans\", Verdana, Arial, sans-serif }</style>\n"
          "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
          out);
    int result = copy_svg(&copy, picture.octets, error);
    free(picture.octets);
    return result;
}

int plot_to_pdf(const struct plot *plot, FILE *out, struct error *error)
{
    static const char begin[] = "%PDF-";
    struct picture picture;
    if (draw(plot, FORM_PDF, &picture, error) != 0)
        return -1;
    int result = strncmp(picture.octets, begin, strlen(begin)) == 0
                     ? 0
                     : error_set(error, "gnuplot's PDF is not as known; use gnuplot-nox");
    if (result == 0)
        fwrite(picture.octets, 1, picture.length, out);
    free(picture.octets);
    return result;
}
