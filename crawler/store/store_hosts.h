/* store_hosts.h - the hosts of an earlier part, as rows.c wrote them. */
#ifndef MXSURVEY_STORE_STORE_HOSTS_H
#define MXSURVEY_STORE_STORE_HOSTS_H

#include "crawler/store/file.h"
#include "crawler/store/store.h"

/* store_each_host() of a file that no writer has. */
int store_hosts_each(struct file *file, int (*each)(void *context, const struct known_host *host),
                     void *context, struct error *error);

#endif
