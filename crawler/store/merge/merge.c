/* merge.c - the steps of a merge (merge.h).
 *
 *   OUT.merging ─▶ hosts matched, numbered ─▶ domains copied ─▶ hosts' rows chosen, copied
 *               ─▶ what probe saw ─▶ run_info ─▶ indexes ─▶ domains judged again ─▶ OUT
 */
#include "crawler/store/merge/merge.h"

#include "crawler/store/disk.h"
#include "crawler/store/header.h"
#include "crawler/store/merge/hosts.h"
#include "crawler/store/merge/judge.h"
#include "crawler/store/merge/probes.h"
#include "crawler/store/merge/rows.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    STOP_LOOK_OPCODES = 1000, /* of SQLite's machine, between looks at `stopped` */
};

/* While nobody knows the file there is nothing to roll back to: no journal, and one sync
 * at the end. */
static const char beginning_sql[] = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF;"
                                    "PRAGMA synchronous = OFF; BEGIN";

int merge_check_maps(const struct merge *merge, struct error *error)
{
    int reason = merge_map_failed(merge->hosts);
    if (reason == 0)
        reason = merge_map_failed(merge->groups);
    if (reason == 0)
        reason = merge_map_failed(merge->order);
    if (reason == 0)
        reason = merge_map_failed(merge->sets);
    if (reason == 0)
        reason = merge_map_failed(merge->certificates);
    if (reason == 0)
        return 0;
    return error_set(error,
                     "%s: cannot keep notes beside it: %s; look at the disk, then run the same "
                     "command again",
                     merge->out.path, strerror(reason));
}

/* --- the file beside --- */

static int check_out(const char *out, const char *const *paths, unsigned count, struct error *error)
{
    struct stat status, part;
    if (lstat(out, &status) != 0) {
        if (errno == ENOENT)
            return 0;
        return error_set(error, "%s: cannot write it: %s", out, strerror(errno));
    }
    for (unsigned i = 0; i < count; i++) {
        if (stat(paths[i], &part) == 0 && stat(out, &status) == 0 && part.st_dev == status.st_dev &&
            part.st_ino == status.st_ino)
            return error_set(error, "%s: is one of the shards; choose another name for the result",
                             out);
    }
    return error_set(error, "%s: exists already; choose another name, or move it away", out);
}

/* Is it empty, or a survey file as far as it was written? */
static bool is_left_over(int descriptor)
{
    struct stat status;
    struct header header;
    return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
           header_read(descriptor, &header) &&
           (header.kind == HEADER_EMPTY || header.kind == HEADER_SURVEY);
}

/* Of its first transaction; with the file for itself alone SQLite lets it lie. */
static void remove_journal(const char *path)
{
    char *journal = NULL;
    if (asprintf(&journal, "%s-journal", path) >= 0)
        unlink(journal);
    free(journal);
}

/* Takes away what a merge that was killed has left. */
static int remove_left_over(const char *path, struct error *error)
{
    int status = 0;
    int descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
    if (descriptor < 0 && errno == ENOENT)
        return 0;
    if (descriptor < 0 || !is_left_over(descriptor))
        status =
            error_set(error, "%s: is in the way, and no left-over of a merge; move it away", path);
    else if (disk_lock(descriptor) != 0)
        status =
            error_set(error, "%s: another merge is writing it; wait for that, or stop it", path);
    else if (unlink(path) != 0)
        status = error_set(error, "%s: cannot remove it: %s", path, strerror(errno));
    else
        remove_journal(path);
    if (descriptor >= 0)
        close(descriptor);
    return status;
}

static int open_maps(struct merge *merge, const char *out, struct error *error)
{
    char *copy = strdup(out);
    const char *directory = copy == NULL ? NULL : dirname(copy);
    if (directory != NULL) {
        merge->hosts = merge_map_new(directory, sizeof(struct merge_host));
        if (merge->hosts != NULL)
            merge->groups = merge_map_new(directory, sizeof(uint64_t));
        if (merge->groups != NULL)
            merge->order = merge_map_new(directory, sizeof(uint16_t));
        if (merge->order != NULL)
            merge->sets = merge_map_new(directory, sizeof(uint32_t));
        if (merge->sets != NULL)
            merge->certificates = merge_map_new(directory, sizeof(uint64_t));
    }
    int reason = errno;
    free(copy);
    if (merge->certificates != NULL)
        return 0;
    return error_set(error, "%s: cannot write into its directory: %s", out, strerror(reason));
}

static int sync_path(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return -1;
    int status = fsync(descriptor);
    close(descriptor);
    return status;
}

/* Gives the file a name that nothing has, as far as the file system can: one without that flag
 * (NFS), where the name is taken first. */
static int rename_to_new(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
        return -1;
    int taken = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (taken < 0)
        return -1;
    close(taken);
    if (rename(from, to) == 0)
        return 0;
    int reason = errno;
    unlink(to);
    errno = reason;
    return -1;
}

/* The whole file gets its name; *ret_kept: it is whole, but has another. */
static int name_it(const char *beside, const char *out, bool *ret_kept, struct error *error)
{
    if (sync_path(beside) != 0)
        return error_set(error, "%s: cannot write it: %s", beside, strerror(errno));
    *ret_kept = rename_to_new(beside, out) != 0;
    if (*ret_kept)
        return error_set(error,
                         "%s: cannot give the result its name: %s; it is whole, in %s: move it "
                         "away, the next merge into that name would replace it",
                         out, strerror(errno), beside);
    char *copy = strdup(out);
    if (copy != NULL)
        sync_path(dirname(copy));
    free(copy);
    return 0;
}

/* --- the steps --- */

static int check_complete(struct merge *merge, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    int64_t surveyed = -1;
    if (sqlite3_prepare_v2(merge->out.db, "SELECT count(*) FROM _surveyed", -1, &statement, NULL) ==
            SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        surveyed = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    if (surveyed == (int64_t)merge->domain_count)
        return 0;
    return error_set(error,
                     "%s and the other shards: have %lld surveyed domains of %lld; survey them "
                     "again",
                     merge->parts.parts[0].path, (long long)surveyed,
                     (long long)merge->domain_count);
}

static int on_progress(void *context)
{
    const struct merge *merge = context;
    return merge->stopped();
}

static int unite(struct merge *merge, struct merge_result *ret, struct error *error)
{
    struct file *out = &merge->out;
    if (merge->stopped != NULL)
        sqlite3_progress_handler(out->db, STOP_LOOK_OPCODES, on_progress, merge);
    if (merge_hosts_match(merge, error) != 0 ||
        file_exec(out, beginning_sql, "write to it", error) != 0 ||
        merge_rows_copy(merge, error) != 0 || merge_probes_copy(merge, error) != 0 ||
        check_complete(merge, error) != 0 || merge_info_write(&merge->parts, out, error) != 0 ||
        file_exec(out, "COMMIT", "write rows to it", error) != 0 || file_finish(out, error) != 0 ||
        merge_judge(merge, &ret->judged_again, error) != 0)
        return -1;
    ret->domains = merge->domain_count;
    ret->hosts = merge->shown_count;
    return 0;
}

static int write_beside(struct merge *merge, const char *beside, const char *out,
                        struct merge_result *ret, struct error *error)
{
    if (remove_left_over(beside, error) != 0 || open_maps(merge, out, error) != 0 ||
        file_open(beside, &merge->out, error) != 0)
        return -1;
    int status = unite(merge, ret, error);
    if (status == 0)
        status = name_it(beside, out, &ret->kept, error);
    if (status != 0 && !ret->kept)
        unlink(beside);
    file_close(&merge->out);
    remove_journal(beside);
    return status;
}

int store_merge(const char *out, const char *const *paths, unsigned count, bool (*stopped)(void),
                struct merge_result *ret, struct error *error)
{
    struct merge merge = {.stopped = stopped, .out = {.lock = -1}};
    char *beside = NULL;
    *ret = (struct merge_result){0};
    int status = check_out(out, paths, count, error);
    if (status == 0)
        status = merge_parts_open(paths, count, &merge.parts, error);
    if (status == 0 && asprintf(&beside, "%s.merging", out) < 0)
        status = error_set(error, "%s: cannot write it: no memory", out);
    if (status == 0)
        status = write_beside(&merge, beside, out, ret, error);
    if (status != 0 && !ret->kept && stopped != NULL && stopped())
        error_set(error, "%s: stopped, nothing is written; run the same command again", out);
    free(beside);
    merge_parts_close(&merge.parts);
    merge_map_free(merge.hosts);
    merge_map_free(merge.groups);
    merge_map_free(merge.order);
    merge_map_free(merge.sets);
    merge_map_free(merge.certificates);
    return status;
}
