/* one_user.c - lets a program believe that it became somebody else (LD_PRELOAD).
 *
 * In the lab's namespace there is no user but root, and Postfix and Exim want to leave root for
 * users of their own, and look whether they did. */
#include <grp.h>
#include <sys/types.h>
#include <unistd.h>

static uid_t real_user, user;
static gid_t real_group, group;

uid_t getuid(void)
{
    return real_user;
}

uid_t geteuid(void)
{
    return user;
}

gid_t getgid(void)
{
    return real_group;
}

gid_t getegid(void)
{
    return group;
}

int setuid(uid_t id)
{
    real_user = user = id;
    return 0;
}

int setgid(gid_t id)
{
    real_group = group = id;
    return 0;
}

int seteuid(uid_t id)
{
    user = id;
    return 0;
}

int setegid(gid_t id)
{
    group = id;
    return 0;
}

int setgroups(size_t count, const gid_t *groups)
{
    (void)count;
    (void)groups;
    return 0;
}

int initgroups(const char *name, gid_t id)
{
    (void)name;
    (void)id;
    return 0;
}

int chown(const char *path, uid_t owner, gid_t owning)
{
    (void)path;
    (void)owner;
    (void)owning;
    return 0;
}

int fchown(int file, uid_t owner, gid_t owning)
{
    (void)file;
    (void)owner;
    (void)owning;
    return 0;
}
