/* A resolver that dies of a name: Unbound, where it is started with this library (LD_PRELOAD), is
 * killed by the datagram that asks for MORTAL_NAME, before it can do anything with it.  A line in
 * the file MORTAL_DEATHS for each time.  Other programs only inherit it. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    HEADER = 12, /* of a message */
    NAME_MAX_OCTETS = 255,
};

/* As a question has it (RFC 1035 s3.1); its length with the root's label. */
static size_t to_wire(const char *name, uint8_t ret[NAME_MAX_OCTETS])
{
    size_t length = 0;
    while (*name != '\0') {
        size_t label = strcspn(name, ".");
        ret[length] = (uint8_t)label;
        memcpy(ret + length + 1, name, label);
        length += 1 + label;
        name += label + (name[label] == '.');
    }
    ret[length] = 0;
    return length + 1;
}

static void perhaps_die(const void *octets, ssize_t size)
{
    const char *name = getenv("MORTAL_NAME"), *deaths = getenv("MORTAL_DEATHS");
    uint8_t wire[NAME_MAX_OCTETS];
    if (strcmp(program_invocation_short_name, "unbound") != 0 || name == NULL || deaths == NULL)
        return;
    size_t length = to_wire(name, wire);
    if (size < (ssize_t)(HEADER + length) ||
        memcmp((const uint8_t *)octets + HEADER, wire, length) != 0)
        return;
    int file = open(deaths, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (write(file, "died\n", 5) == 5)
        kill(getpid(), SIGKILL);
    abort();
}

ssize_t recvfrom(int descriptor, void *octets, size_t room, int flags, struct sockaddr *address,
                 socklen_t *length)
{
    ssize_t (*real)(int, void *, size_t, int, struct sockaddr *, socklen_t *) =
        dlsym(RTLD_NEXT, "recvfrom");
    ssize_t size = real(descriptor, octets, room, flags, address, length);
    perhaps_die(octets, size);
    return size;
}

ssize_t recvmsg(int descriptor, struct msghdr *message, int flags)
{
    ssize_t (*real)(int, struct msghdr *, int) = dlsym(RTLD_NEXT, "recvmsg");
    ssize_t size = real(descriptor, message, flags);
    if (message->msg_iovlen > 0)
        perhaps_die(message->msg_iov[0].iov_base, size);
    return size;
}
