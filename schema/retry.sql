-- retry.sql - a finished survey becomes one in which all that failed is left to be asked.
--
-- Every lookup that failed has a row in _failure; a host goes with its lookups, and a domain with
-- its own and those of any of its hosts.  What is left is surveyed by the same command, as in a run
-- that was interrupted; what fails again is stored again.  What `probe` saw of such a host goes
-- with it, for the number may become another's; what it saw of others stays.

CREATE TEMP TABLE failed_host AS
SELECT id FROM main._host WHERE name IN (SELECT name FROM _failure WHERE kind IN (2, 3, 4));
CREATE TEMP TABLE failed_set AS
SELECT DISTINCT mx_set AS id FROM main._mx_record WHERE host IN (SELECT id FROM failed_host);
CREATE TEMP TABLE failed_domain AS
SELECT id FROM main._surveyed
WHERE mx_outcome = 6 OR sts IN (7, 8) OR tlsrpt = 5 OR mx_set IN (SELECT id FROM failed_set)
-- a policy may have come from one address of its host while the lookup of others failed
UNION SELECT id FROM main._listed
WHERE domain IN (SELECT substr(name, 9) FROM _failure WHERE kind = 5 AND name LIKE 'mta-sts.%');

DROP INDEX IF EXISTS _listed_domain;
DROP INDEX IF EXISTS _mx_record_host;
DROP INDEX IF EXISTS _host_name;
DROP INDEX IF EXISTS _host_is_alias;
DROP INDEX IF EXISTS _host_alias;
DELETE FROM _failure;
DELETE FROM _probe_tlsa WHERE host IN (SELECT id FROM failed_host);
DELETE FROM _probe_match WHERE id IN (SELECT id FROM failed_host);
DELETE FROM _probe WHERE id IN (SELECT id FROM failed_host);
DELETE FROM _tlsa WHERE host IN (SELECT id FROM failed_host);
DELETE FROM _host_tlsa WHERE id IN (SELECT id FROM failed_host);
DELETE FROM _address WHERE host IN (SELECT id FROM failed_host);
DELETE FROM _alias WHERE host IN (SELECT id FROM failed_host);
DELETE FROM _host_detail WHERE id IN (SELECT id FROM failed_host);
DELETE FROM _host WHERE id IN (SELECT id FROM failed_host);
DELETE FROM _mx_record WHERE mx_set IN (SELECT id FROM failed_set);
DELETE FROM _sts_match WHERE domain IN (SELECT id FROM failed_domain);
DELETE FROM _sts_policy WHERE id IN (SELECT id FROM failed_domain);
DELETE FROM _surveyed_detail WHERE id IN (SELECT id FROM failed_domain);
DELETE FROM _surveyed WHERE id IN (SELECT id FROM failed_domain);
-- Sets of MX records that no domain has any more: a set is stored with its domain, so there are
-- none but here.  Two indexes side by side, as in strays.sql.
CREATE TEMP TABLE lost AS
SELECT mx_set FROM main._mx_record
EXCEPT SELECT mx_set FROM main._surveyed WHERE mx_set IS NOT NULL
ORDER BY mx_set;
DELETE FROM _mx_record WHERE mx_set IN (SELECT mx_set FROM lost);
DROP TABLE lost;
DROP INDEX IF EXISTS _surveyed_mx_set;
UPDATE _run SET value = 'interrupted' WHERE key = 'state';

DROP TABLE failed_domain;
DROP TABLE failed_set;
DROP TABLE failed_host;
