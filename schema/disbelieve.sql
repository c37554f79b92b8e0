-- disbelieve.sql - of a run whose resolver did not always validate: what its answers were said to be
-- is not known.  As if AD had not been believed from the start (crawler/core): every status is
-- indeterminate, DANE is not judged, no TLSA question was asked.  At the end of each part of a run.

UPDATE _surveyed SET dnssec = 4 WHERE dnssec <> 4;
UPDATE _surveyed SET dane = NULL, dane_ready = NULL WHERE dane IS NOT NULL AND mx_outcome <> 6;
UPDATE _surveyed_detail SET tlsa_failures = NULL WHERE tlsa_failures IS NOT NULL;
UPDATE _host SET dnssec = 4 WHERE dnssec <> 4;
UPDATE _host SET dane = NULL WHERE dane > 1;
UPDATE _host_detail SET alias_dnssec = 4 WHERE alias_dnssec <> 4;
UPDATE _host_detail SET dane_exim = NULL WHERE dane_exim IS NOT NULL;
DELETE FROM _failure WHERE kind = 4;
UPDATE _probe_match SET dane = NULL WHERE dane IS NOT NULL;
DELETE FROM _probe_tlsa;
DELETE FROM _tlsa;
DELETE FROM _host_tlsa;
