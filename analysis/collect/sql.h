/* sql.h - the statements of sql/, compiled in (schema/embed.sh). */
#ifndef MXSURVEY_ANALYSIS_COLLECT_SQL_H
#define MXSURVEY_ANALYSIS_COLLECT_SQL_H

extern const char sql_addresses[];
extern const char sql_alias_deliveries[];
extern const char sql_dane_addresses[];
extern const char sql_dane_sets[];
extern const char sql_domain_hosts[];
extern const char sql_domains[];
extern const char sql_ede[];
extern const char sql_exchanges[];
extern const char sql_failures[];
extern const char sql_hosts[];
extern const char sql_mx_records[];
extern const char sql_notify[];
extern const char sql_notify_known[];
extern const char sql_probe_expiry[];
extern const char sql_probe_failing[];
extern const char sql_probes[];
extern const char sql_providers[];
extern const char sql_public_parts[]; /* a format: of sqlite3_mprintf(), the least */
extern const char sql_rejected_lines[];
extern const char sql_run_info[];
extern const char sql_strata[];
extern const char sql_sts_matches[];
extern const char sql_sts_policies[];
extern const char sql_tlsa_empty[];
extern const char sql_tlsa_failing[];
extern const char sql_tlsa_keys[];
extern const char sql_tlsa_parameters[];
extern const char sql_tlsa_rollover[];
extern const char sql_tlsa_unknown[];

#endif
