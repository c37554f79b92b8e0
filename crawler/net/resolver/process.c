#include "crawler/net/resolver/process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U /* Linux 6.3 */
#endif

enum {
    DESCRIPTORS_LOOKED_AT = 1024,
};

extern char **environ;

static char *candidate(const char *directory, size_t length, const char *name)
{
    struct stat status;
    char *path;
    if (asprintf(&path, "%.*s/%s", (int)length, directory, name) < 0)
        return NULL;
    if (access(path, X_OK) == 0 && stat(path, &status) == 0 && S_ISREG(status.st_mode))
        return path;
    free(path);
    return NULL;
}

static char *find_in(const char *directories, const char *name)
{
    while (*directories != '\0') {
        size_t length = strcspn(directories, ":");
        char *path = length > 0 ? candidate(directories, length, name) : NULL;
        if (path != NULL)
            return path;
        directories += length + (directories[length] == ':');
    }
    return NULL;
}

char *process_find(const char *name)
{
    if (strchr(name, '/') != NULL)
        return access(name, X_OK) == 0 ? strdup(name) : NULL;
    const char *path = getenv("PATH");
    char *found = path != NULL ? find_in(path, name) : NULL;
    return found != NULL ? found : find_in("/usr/local/sbin:/usr/sbin:/sbin", name);
}

/* In the child, between fork() and exec(): only async-signal-safe calls. */
static void prepare_child(int keep, int output)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing >= 0)
        dup2(nothing, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    if (keep >= 0)
        fcntl(keep, F_SETFD, 0);
}

static size_t read_all(int fd, char *text, size_t size)
{
    char rest[512];
    size_t length = 0;
    for (;;) {
        bool room = length < size - 1;
        ssize_t got =
            room ? read(fd, text + length, size - 1 - length) : read(fd, rest, sizeof rest);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        if (room)
            length += (size_t)got;
    }
    text[length] = '\0';
    return length;
}

int process_run(const char *const argv[], int keep, char *ret_text, size_t size)
{
    int ends[2], status;
    ret_text[0] = '\0';
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        prepare_child(keep, ends[1]);
        execv(argv[0], (char *const *)argv);
        _exit(127);
    }
    close(ends[1]);
    if (pid > 0)
        read_all(ends[0], ret_text, size);
    close(ends[0]);
    if (pid < 0)
        return -1;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR)
            return -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool process_find_user(const char *const names[], struct process_user *ret)
{
    if (geteuid() != 0)
        return false;
    for (; *names != NULL; names++) {
        const struct passwd *found = getpwnam(*names);
        if (found == NULL || found->pw_uid == 0)
            continue;
        *ret = (struct process_user){found->pw_uid, found->pw_gid};
        return true;
    }
    return false;
}

static bool become(const struct process_user *user)
{
    return setgroups(0, NULL) == 0 && setgid(user->gid) == 0 && setuid(user->uid) == 0;
}

bool process_user_reads(const struct process_user *user, const char *const paths[], unsigned count)
{
    int status = 1;
    pid_t pid = fork();
    if (pid == 0) {
        bool reads = become(user);
        for (unsigned i = 0; i < count; i++)
            reads = reads && (paths[i] == NULL || access(paths[i], R_OK) == 0);
        _exit(reads ? 0 : 1);
    }
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Of the numbers of its descriptors, which are few: a copy of each that is a UDP socket. */
void process_widen_sockets(pid_t pid, int size)
{
    int process = (int)syscall(SYS_pidfd_open, pid, 0);
    for (int number = 0; process >= 0 && number < DESCRIPTORS_LOOKED_AT; number++) {
        int fd = (int)syscall(SYS_pidfd_getfd, process, number, 0), type = 0;
        socklen_t length = sizeof type;
        if (fd < 0)
            continue;
        if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_DGRAM) {
            setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
            setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
        }
        close(fd);
    }
    if (process >= 0)
        close(process);
}

pid_t process_start(const char *const argv[], int executable, int keep, int log,
                    const struct process_user *user)
{
    static const char cannot[] = "cannot be executed\n";
    pid_t parent = getpid(), pid = fork();
    if (pid != 0)
        return pid;
    prepare_child(keep, log);
    /* a terminal's Ctrl-C is for the survey: it stops gently, and needs the resolver for it */
    setpgid(0, 0);
    if (user != NULL && !become(user))
        _exit(127);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it ended before prctl() */
        _exit(127);
    if (executable >= 0)
        fexecve(executable, (char *const *)argv, environ);
    else
        execv(argv[0], (char *const *)argv);
    ssize_t written = write(STDERR_FILENO, cannot, sizeof cannot - 1);
    (void)written;
    _exit(127);
}

bool process_runs(pid_t pid)
{
    int status;
    pid_t ended;
    do {
        ended = waitpid(pid, &status, WNOHANG);
    } while (ended < 0 && errno == EINTR);
    return ended == 0;
}

void process_kill(pid_t pid)
{
    int status;
    kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
}

int process_memory_file(const char *name, bool executable)
{
    int fd = memfd_create(name, MFD_CLOEXEC | (executable ? MFD_EXEC : 0));
    if (fd < 0 && errno == EINVAL) /* an older kernel, where all may be executed */
        fd = memfd_create(name, MFD_CLOEXEC);
    return fd;
}

bool process_write(int fd, const void *bytes, size_t size)
{
    const char *next = bytes;
    while (size > 0) {
        ssize_t written = write(fd, next, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        next += written;
        size -= (size_t)written;
    }
    return true;
}
