/* small_survey.h - a survey file with every kind of row, written by hand. */
#ifndef MXSURVEY_TESTS_SMALL_SURVEY_H
#define MXSURVEY_TESTS_SMALL_SURVEY_H

#define SMALL_SURVEY "views.db"
#define FIFTY        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

/* cmocka setup: makes SMALL_SURVEY in an empty directory, the current one then. */
int small_survey_make(void **state);

#endif
