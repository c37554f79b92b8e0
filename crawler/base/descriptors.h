/* descriptors.h - how many files and sockets the program may have open at once. */
#ifndef MXSURVEY_BASE_DESCRIPTORS_H
#define MXSURVEY_BASE_DESCRIPTORS_H

/* Raises the soft limit to this many, or as far as the hard one lets; never lowers it. */
void descriptors_want(unsigned count);

#endif
