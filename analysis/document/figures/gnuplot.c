#include "analysis/document/figures/gnuplot.h"

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

/* --- the script --- */

/* Its font's size fits plot.c's idea of a letter. */
static void set_terminal(FILE *script, const struct plot *plot, enum plot_form form)
{
    static const double CENTIMETRES = 0.025; /* of a unit */
    if (form == PLOT_PDF)
        fprintf(script,
                "set terminal pdfcairo size %.3fcm,%.3fcm noenhanced font 'sans,9' linewidth 0.7\n",
                CENTIMETRES * plot->width, CENTIMETRES * plot->height);
    else
        fprintf(script, "set terminal svg size %u,%u dynamic noenhanced font 'sans,13'\n",
                plot->width, plot->height);
    fputs("set encoding utf8\nunset key\nset style fill solid noborder\n", script);
}

/* On a page a colour says which role it has. */
static void set_colours(FILE *script, enum plot_form form)
{
    static const unsigned colours[PLOT_ROLES] = {
        [PLOT_AXIS] = 0x555555,       [PLOT_TEXT] = 0x000000,       [PLOT_GRID] = 0xdddddd,
        [PLOT_COUNTS] = 0x777777,     [PLOT_BAR] = 0x000000,        [PLOT_SERIES] = 0x0b5fa5,
        [PLOT_SERIES + 1] = 0xc04a00, [PLOT_SERIES + 2] = 0x007a58, [PLOT_SERIES + 3] = 0xa23b80,
        [PLOT_SERIES + 4] = 0x7a6000, [PLOT_SERIES + 5] = 0x5a5f66,
    };
    for (unsigned role = PLOT_AXIS; role < PLOT_ROLES; role++)
        fprintf(script, "C%u = '#%06x'\n", role, form == PLOT_PAGE ? role : colours[role]);
}

/* Each octet as a number: whatever it is, it ends no string and commands nothing. */
static void set_texts(FILE *script, const struct plot *plot, enum plot_form form)
{
    fprintf(script, "array T[%zu]\n", plot->text_count + 1);
    for (size_t i = 0; i < plot->text_count; i++) {
        if (form != PLOT_PDF) {
            fprintf(script, "T[%zu] = '@%zu@'\n", i + 1, i);
            continue;
        }
        fprintf(script, "T[%zu] = \"", i + 1);
        for (const char *at = plot->texts[i]; *at != '\0'; at++)
            fprintf(script, "\\%03o", (unsigned)(unsigned char)*at);
        fputs("\"\n", script);
    }
}

static void write_script(FILE *script, const struct plot *plot, enum plot_form form)
{
    set_terminal(script, plot, form);
    set_colours(script, form);
    set_texts(script, plot, form);
    fwrite(plot->script, 1, plot->length, script);
}

/* --- the child --- */

/* Instead of a pipe: neither side ever waits for the other. */
static FILE *file_in_memory(void)
{
    int descriptor = memfd_create("gnuplot", MFD_CLOEXEC);
    FILE *file = descriptor >= 0 ? fdopen(descriptor, "w+") : NULL;
    if (file == NULL && descriptor >= 0)
        close(descriptor);
    return file;
}

/* As a string, its length in *ret; NULL: empty, too long, or no memory */
static char *read_all(FILE *file, size_t *ret)
{
    struct stat status;
    if (fstat(fileno(file), &status) != 0 || status.st_size <= 0 || status.st_size > PICTURE_MAX)
        return NULL;
    char *text = malloc((size_t)status.st_size + 1);
    if (text == NULL)
        return NULL;
    rewind(file);
    *ret = fread(text, 1, (size_t)status.st_size, file);
    text[*ret] = '\0';
    return text;
}

/* No start-up files (-d), no surprises from the environment */
static int spawn(FILE *const files[3], pid_t *ret)
{
    char *arguments[] = {(char[]){"gnuplot"}, (char[]){"-d"}, NULL};
    char *environment[] = {(char[]){"PATH=/usr/local/bin:/usr/bin:/bin"}, (char[]){"HOME=/"},
                           (char[]){"LC_ALL=C.UTF-8"}, (char[]){"TZ=UTC0"}, NULL};
    posix_spawn_file_actions_t actions;
    int result = posix_spawn_file_actions_init(&actions);
    if (result != 0)
        return result;
    for (int i = 0; i < 3 && result == 0; i++)
        result = posix_spawn_file_actions_adddup2(&actions, fileno(files[i]), i);
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
static int fail_message(FILE *messages, int status, struct error *error)
{
    char text[MESSAGE_MAX] = "", *line = text;
    rewind(messages);
    while (*line == '\0' && fgets(text, sizeof text, messages) != NULL)
        line = text + strspn(text, " \t\n");
    return error_set(error, "gnuplot (status %d) drew no figure: %.*s",
                     WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
                     (int)strcspn(line, "\n"), line);
}

/* What it wrote, owned by the caller */
struct picture {
    char *octets;
    size_t length;
};

/* Script, picture and messages are its standard files. */
static int run_gnuplot(const struct plot *plot, enum plot_form form, struct picture *ret,
                       struct error *error)
{
    FILE *files[3];
    int number = 0, status = 0, result = 0;
    pid_t child;
    ret->octets = NULL;
    for (int i = 0; i < 3; i++)
        if ((files[i] = file_in_memory()) == NULL)
            number = errno;
    if (number == 0) {
        write_script(files[0], plot, form);
        number = fseek(files[0], 0, SEEK_SET) != 0 ? errno : spawn(files, &child);
    }
    if (number == 0) {
        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
            ;
        ret->octets = read_all(files[1], &ret->length);
    }
    if (number != 0)
        result = fail_run(number, error);
    else if (ret->octets == NULL || status != 0)
        result = fail_message(files[2], status, error);
    for (int i = 0; i < 3; i++)
        if (files[i] != NULL)
            fclose(files[i]);
    return result;
}

/* --- its picture --- */

/* What is made of gnuplot's SVG */
struct copy {
    const struct plot *plot;
    FILE *out;
    unsigned id; /* 0: a file of its own */
};

/* What stands at a place of gnuplot's SVG, as it is to be.  Returns how much of it that was. */
static size_t copy_piece(const struct copy *copy, const char *at)
{
    static const char *const ids[] = {" id='", " id=\"", "href='#", "href=\"#"};
    const char *end;
    int red, green, role, length = 0;
    size_t number;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        if (strncmp(at, ids[i], strlen(ids[i])) == 0) {
            fprintf(copy->out, "%sp%u-", ids[i], copy->id);
            return strlen(ids[i]);
        }
    }
    if (strncmp(at, "<title>", 7) == 0 && (end = strstr(at, "</title>")) != NULL)
        return (size_t)(end - at) + 8; /* gnuplot's own, of no use */
    if (copy->id != 0 && strncmp(at, "rgb(", 4) == 0 &&
        sscanf(at, "rgb( %3d , %3d , %3d )%n", &red, &green, &role, &length) == 3 && length > 0 &&
        red == 0 && green == 0) {
        fprintf(copy->out, "var(--plot-%d)", role);
        return (size_t)length;
    }
    if (strncmp(at, ">@", 2) == 0 && sscanf(at, ">@%6zu@%n", &number, &length) == 1 && length > 0 &&
        at[length] == '<' && number < copy->plot->text_count) {
        fputc('>', copy->out);
        put_html(copy->out, copy->plot->texts[number]);
        return (size_t)length;
    }
    fputc(*at, copy->out);
    return 1;
}

/* Ids made unlike those of other figures of a page, placeholders into texts, on a page colours into
 * roles */
static int copy_svg(const struct copy *copy, const char *svg, struct error *error)
{
    const char *at = strstr(svg, "<g id=\"gnuplot_canvas\"");
    if (at == NULL)
        return error_set(error, "gnuplot's SVG is not as known; use another gnuplot (5.4 and 6.0 "
                                "do), or do without figures");
    while (*at != '\0')
        at += copy_piece(copy, at);
    return 0;
}

#define SVG_NAMES                                                                                  \
    "xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\""

static void begin_svg(const struct copy *copy, const char *title)
{
    const unsigned width = copy->plot->width, height = copy->plot->height, id = copy->id;
    if (id == 0)
        fprintf(copy->out,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg width=\"%u\" height=\"%u\" "
                "viewBox=\"0 0 %u %u\" role=\"img\" aria-labelledby=\"p0-title\" " SVG_NAMES ">\n",
                width, height, width, height);
    else
        fprintf(copy->out,
                "<svg class=\"plot\" viewBox=\"0 0 %u %u\" role=\"img\" "
                "aria-labelledby=\"p%u-title p%u-desc\" " SVG_NAMES ">\n",
                width, height, id, id);
    fprintf(copy->out, "<title id=\"p%u-title\">", id);
    put_html(copy->out, title);
    fputs("</title>\n", copy->out);
    if (id == 0)
        fputs("<style>text { font-family: \"DejaVu Sans\", Verdana, Arial, sans-serif }</style>\n"
              "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
              copy->out);
    else
        fprintf(copy->out,
                "<desc id=\"p%u-desc\">The numbers are in a table or list of this part of the "
                "page.</desc>\n",
                id);
}

static int put_pdf(const struct picture *picture, FILE *out, struct error *error)
{
    if (strncmp(picture->octets, "%PDF-", 5) != 0)
        return error_set(error, "gnuplot's PDF is not as known; use gnuplot-nox");
    fwrite(picture->octets, 1, picture->length, out);
    return 0;
}

int plot_draw(const struct plot *plot, enum plot_form form, const char *title, unsigned id,
              FILE *out, struct error *error)
{
    const struct copy copy = {plot, out, id};
    struct picture picture = {0};
    int result = run_gnuplot(plot, form, &picture, error);
    if (result == 0 && form == PLOT_PDF) {
        result = put_pdf(&picture, out, error);
    } else if (result == 0) {
        begin_svg(&copy, title);
        result = copy_svg(&copy, picture.octets, error);
    }
    free(picture.octets);
    return result;
}
