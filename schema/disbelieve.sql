-- disbelieve.sql - of a run whose resolver did not always validate: what its answers were said to be
-- is not known.  As if AD had not been believed from the start (crawler/core): every status is
-- indeterminate, DANE is not judged, no TLSA question was asked.
--
-- Of other runs nothing is read: no number is above NULL.

CREATE TEMP TABLE disbelieved AS
SELECT 0 AS above FROM main._run WHERE key = 'resolver_validates' AND value <> 'yes';

UPDATE _surveyed SET dnssec = 4 WHERE id > (SELECT above FROM disbelieved) AND dnssec <> 4;
UPDATE _surveyed SET dane = NULL, dane_ready = NULL
WHERE id > (SELECT above FROM disbelieved) AND dane IS NOT NULL AND mx_outcome <> 6;
UPDATE _surveyed_detail SET tlsa_failures = NULL
WHERE id > (SELECT above FROM disbelieved) AND tlsa_failures IS NOT NULL;
UPDATE _host SET dnssec = 4 WHERE id > (SELECT above FROM disbelieved) AND dnssec <> 4;
UPDATE _host SET dane = NULL WHERE id > (SELECT above FROM disbelieved) AND dane > 1;
UPDATE _host_detail SET alias_dnssec = 4
WHERE id > (SELECT above FROM disbelieved) AND alias_dnssec <> 4;
UPDATE _host_detail SET dane_exim = NULL
WHERE id > (SELECT above FROM disbelieved) AND dane_exim IS NOT NULL;
DELETE FROM _failure WHERE id > (SELECT above FROM disbelieved) AND kind = 4;
DELETE FROM _tlsa WHERE host > (SELECT above FROM disbelieved);
DELETE FROM _host_tlsa WHERE id > (SELECT above FROM disbelieved);

DROP TABLE disbelieved;
