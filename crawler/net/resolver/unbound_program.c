#include "crawler/net/resolver/unbound_program.h"

#include "crawler/net/resolver/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINKED "Linked libs: "

static int read_version(struct unbound_program *program, struct error *error)
{
    char output[2048];
    const char *const argv[] = {program->path, "-V", NULL};
    process_run(argv, -1, output, sizeof output);
    if (sscanf(output, "Version %31s", program->version) != 1)
        return error_set(error, "%s: no Unbound: it does not tell its version", program->path);
    const char *linked = strstr(output, LINKED);
    if (linked != NULL)
        snprintf(program->libraries, sizeof program->libraries, "%.*s",
                 (int)strcspn(linked + strlen(LINKED), "\n"), linked + strlen(LINKED));
    return 0;
}

static bool copy_file(int from, int to)
{
    char bytes[65536];
    ssize_t got;
    while ((got = read(from, bytes, sizeof bytes)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || !process_write(to, bytes, (size_t)got))
            return false;
    }
    return true;
}

static bool is_confined(void)
{
    char enabled = 'N';
    int fd = open("/sys/module/apparmor/parameters/enabled", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    if (read(fd, &enabled, 1) != 1)
        enabled = 'N';
    close(fd);
    return enabled == 'Y' && access("/etc/apparmor.d/usr.sbin.unbound", F_OK) == 0;
}

/* Debian's AppArmor profile attaches to the path /usr/sbin/unbound and lets it
 * read /etc/unbound and /var/lib/unbound only, no trust anchor or hints of a run
 * elsewhere.  Where it is in force, a copy in memory is run: same program, no
 * privilege gained, the profile stays for the system's own service. */
static void copy_confined(struct unbound_program *program)
{
    if (!is_confined())
        return;
    int fd = open(program->path, O_RDONLY | O_CLOEXEC);
    int image = process_memory_file("unbound", true);
    if (fd >= 0 && image >= 0 && copy_file(fd, image)) {
        program->image = image;
        image = -1;
    } /* else: run the program itself; its own words tell what it may not read */
    if (image >= 0)
        close(image);
    if (fd >= 0)
        close(fd);
}

int unbound_program_find(const char *name, struct unbound_program *ret, struct error *error)
{
    *ret = (struct unbound_program){.image = -1};
    ret->path = process_find(name != NULL ? name : "unbound");
    if (ret->path == NULL)
        return error_set(error,
                         "%s is not installed: install it (apt-get install unbound), or give "
                         "a validating resolver (--resolver ADDR)",
                         name != NULL ? name : "unbound");
    if (read_version(ret, error) != 0)
        return -1;
    copy_confined(ret);
    return 0;
}

void unbound_program_free(struct unbound_program *program)
{
    if (program->image >= 0)
        close(program->image);
    free(program->path);
}
