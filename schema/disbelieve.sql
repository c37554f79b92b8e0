-- disbelieve.sql - of a run whose resolver did not always validate: what its answers were said to be
-- is not known.  As if AD had not been believed from the start (crawler/core): every status is
-- indeterminate, DANE is not judged, no TLSA question was asked.  At the end of each part of a run.

UPDATE surveyed SET dnssec = 4 WHERE dnssec <> 4;
UPDATE surveyed SET dane = NULL, dane_ready = NULL WHERE dane IS NOT NULL AND mx_outcome <> 6;
UPDATE surveyed_detail SET tlsa_failures = NULL WHERE tlsa_failures IS NOT NULL;
UPDATE host SET dnssec = 4 WHERE dnssec <> 4;
UPDATE host SET dane = NULL WHERE dane > 1;
UPDATE host_detail SET alias_dnssec = 4 WHERE alias_dnssec <> 4;
UPDATE host_detail SET dane_exim = NULL WHERE dane_exim IS NOT NULL;
DELETE FROM failure WHERE kind = 4;
DELETE FROM tlsa;
DELETE FROM host_tlsa;
