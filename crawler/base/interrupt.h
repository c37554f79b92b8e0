/* interrupt.h - Ctrl-C and friends: counted, looked at where it is safe. */
#ifndef MXSURVEY_BASE_INTERRUPT_H
#define MXSURVEY_BASE_INTERRUPT_H

/* From now on SIGINT, SIGTERM and SIGHUP are counted instead of ending the
 * program, but for those that it was started to ignore (nohup); SIGPIPE and SIGXFSZ are ignored
 * (their errors are reported). */
void interrupt_watch(void);

/* Signals counted so far: one asks to stop gently, a second at once; a third
 * ends the program wherever it is, with status 3. */
unsigned interrupt_count(void);

/* SIGPIPE is again what it was when the program started. */
void interrupt_unwatch_pipe(void);

#endif
