#include "crawler/store/ending.h"

enum store_end ending_failed(const struct file *file)
{
    return atomic_load(&file->damaged) ? STORE_DAMAGED : STORE_FAILED;
}

/* Goes on from where an earlier end came to: *built. */
static int finish(struct file *file, bool *built, struct error *error)
{
    bool single = true;
    if (!*built) {
        if (file_leave_wal(file, &single, error) != 0 || file_finish(file, error) != 0)
            return -1;
        *built = true;
        if (single)
            return 0;
    }
    if (file_leave_wal(file, &single, error) != 0)
        return -1;
    if (!single)
        file_say(file, "another program has it open: all is in it, and the files -wal and -shm "
                       "beside it go when that program ends");
    return 0;
}

enum store_end ending_finish(struct file *file, bool built, const struct store_voice *voice,
                             struct error *error)
{
    file_set_voice(file, voice);
    int status = finish(file, &built, error);
    bool stopped = file_is_stopped(file);
    file_set_voice(file, NULL);
    if (status == 0)
        return STORE_ENDED;
    if (!built) {
        struct error ignored; /* the next part of the run does not depend on it */
        file_set_info(file, "state", "interrupted", &ignored);
    }
    enum store_end ret = ending_failed(file);
    return ret == STORE_FAILED && stopped ? STORE_STOPPED : ret;
}

enum store_end ending_pause(struct file *file, int status, struct error *error)
{
    bool single = file_try_leave_wal(file);
    if (status == 0)
        status = file_set_info(file, "state", "interrupted", error);
    if (!single)
        file_try_leave_wal(file); /* with what was just written */
    return status == 0 ? STORE_ENDED : ending_failed(file);
}
