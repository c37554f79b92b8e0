#include "crawler/store/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/vfs.h>

/* SQLite's own locks are on 512 octets from 2^30 on, its largest file has under 2^48. */
#define LOCKED_OCTET (INT64_C(1) << 60)

int disk_lock(int descriptor)
{
    struct flock octet = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCKED_OCTET, .l_len = 1};
    if (fcntl(descriptor, F_OFD_SETLK, &octet) == 0)
        return 0;
    return errno == EACCES ? EAGAIN : errno;
}

bool disk_is_network(int descriptor)
{
    /* those that linux/magic.h does not name: Lustre, GPFS, BeeGFS, GFS2 */
    static const uint32_t kinds[] = {
        NFS_SUPER_MAGIC, SMB_SUPER_MAGIC,  CIFS_SUPER_MAGIC, SMB2_SUPER_MAGIC, CEPH_SUPER_MAGIC,
        AFS_SUPER_MAGIC, CODA_SUPER_MAGIC, V9FS_MAGIC,       FUSE_SUPER_MAGIC, OCFS2_SUPER_MAGIC,
        0x0BD00BD0,      0x47504653,       0x19830326,       0x01161970};
    struct statfs status;
    if (fstatfs(descriptor, &status) != 0)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if ((uint32_t)status.f_type == kinds[i])
            return true;
    }
    return false;
}
