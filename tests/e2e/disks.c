/* A network disk, played to a program that is started with this library (LD_PRELOAD): what NFS
 * does where Linux' own disks do better.
 *
 *   - flock(2) is a lock on the whole file that the locks of fcntl(2) meet, those of the same
 *     process too (flock(2): "NFS details");
 *   - the file system says that it is NFS;
 *   - no files without a name, no rename that spares what is there;
 *   - DISKS_NO_LINK: nor hard links, nor a rename of what is called *.merging.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static int fail(int reason)
{
    errno = reason;
    return -1;
}

int flock(int descriptor, int operation)
{
    struct flock whole = {.l_whence = SEEK_SET,
                          .l_type = (operation & LOCK_UN) != 0   ? F_UNLCK
                                    : (operation & LOCK_SH) != 0 ? F_RDLCK
                                                                 : F_WRLCK};
    return fcntl(descriptor, (operation & LOCK_NB) != 0 ? F_OFD_SETLK : F_OFD_SETLKW, &whole);
}

int fstatfs(int descriptor, struct statfs *ret)
{
    int (*real)(int, struct statfs *) = dlsym(RTLD_NEXT, "fstatfs");
    int status = real(descriptor, ret);
    ret->f_type = NFS_SUPER_MAGIC;
    return status;
}

int fstatfs64(int descriptor, struct statfs64 *ret)
{
    int (*real)(int, struct statfs64 *) = dlsym(RTLD_NEXT, "fstatfs64");
    int status = real(descriptor, ret);
    ret->f_type = NFS_SUPER_MAGIC;
    return status;
}

static int open_named(const char *name, const char *path, int flags, va_list more)
{
    int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, name);
    if ((flags & O_TMPFILE) == O_TMPFILE)
        return fail(EOPNOTSUPP);
    return real(path, flags, (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0);
}

int open(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    int ret = open_named("open", path, flags, more);
    va_end(more);
    return ret;
}

int open64(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    int ret = open_named("open64", path, flags, more);
    va_end(more);
    return ret;
}

int renameat2(int from, const char *name, int to, const char *name_to, unsigned flags)
{
    int (*real)(int, const char *, int, const char *, unsigned) = dlsym(RTLD_NEXT, "renameat2");
    return flags != 0 ? fail(EINVAL) : real(from, name, to, name_to, flags);
}

int link(const char *path, const char *path_to)
{
    int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "link");
    return getenv("DISKS_NO_LINK") != NULL ? fail(EPERM) : real(path, path_to);
}

int rename(const char *path, const char *path_to)
{
    int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
    if (getenv("DISKS_NO_LINK") != NULL && strstr(path, ".merging") != NULL)
        return fail(EACCES);
    return real(path, path_to);
}
