/* ending.h - from the last row to one file without others beside it. */
#ifndef MXSURVEY_STORE_ENDING_H
#define MXSURVEY_STORE_ENDING_H

#include "crawler/store/file.h"

/* Of a survey with all its rows; built: its indexes are there already.  voice may be NULL. */
enum store_end ending_finish(struct file *file, bool built, const struct store_voice *voice,
                             struct error *error);

/* Of one that goes on another time.  status: -1 with error where something went wrong before. */
enum store_end ending_pause(struct file *file, int status, struct error *error);

/* Which failure it was. */
enum store_end ending_failed(const struct file *file);

#endif
