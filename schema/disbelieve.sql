-- disbelieve.sql - of a run whose resolver did not always validate: what its answers were said to be
-- is not known.  As if AD had not been believed from the start (crawler/core): every status is
-- indeterminate, DANE is not judged, no TLSA question was asked.

CREATE TEMP TABLE disbelieved AS
SELECT 1 AS yes FROM main._run WHERE key = 'resolver_validates' AND value <> 'yes';

UPDATE _surveyed SET dnssec = 4 WHERE dnssec <> 4 AND EXISTS (SELECT 1 FROM disbelieved);
UPDATE _surveyed SET dane = NULL, dane_ready = NULL
WHERE dane IS NOT NULL AND mx_outcome <> 6 AND EXISTS (SELECT 1 FROM disbelieved);
UPDATE _surveyed_detail SET tlsa_failures = NULL
WHERE tlsa_failures IS NOT NULL AND EXISTS (SELECT 1 FROM disbelieved);
UPDATE _host SET dnssec = 4 WHERE dnssec <> 4 AND EXISTS (SELECT 1 FROM disbelieved);
UPDATE _host SET dane = NULL WHERE dane > 1 AND EXISTS (SELECT 1 FROM disbelieved);
UPDATE _host_detail SET alias_dnssec = 4
WHERE alias_dnssec <> 4 AND EXISTS (SELECT 1 FROM disbelieved);
UPDATE _host_detail SET dane_exim = NULL
WHERE dane_exim IS NOT NULL AND EXISTS (SELECT 1 FROM disbelieved);
DELETE FROM _failure WHERE kind = 4 AND EXISTS (SELECT 1 FROM disbelieved);
DELETE FROM _tlsa WHERE EXISTS (SELECT 1 FROM disbelieved);
DELETE FROM _host_tlsa WHERE EXISTS (SELECT 1 FROM disbelieved);

DROP TABLE disbelieved;
