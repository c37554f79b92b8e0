-- retry.sql - a finished survey becomes one in which all that failed is left to be asked.
--
-- Every lookup that failed has a row in failure; a host goes with its lookups, and a domain with its
-- own and those of any of its hosts.  What is left is surveyed by the same command, as in a run that
-- was interrupted; what fails again is stored again.

CREATE TEMP TABLE failed_host AS
SELECT id FROM main.host WHERE name IN (SELECT name FROM failure WHERE kind IN (2, 3, 4));
CREATE TEMP TABLE failed_domain AS
SELECT id FROM main.surveyed
WHERE mx_outcome = 6 OR sts IN (7, 8) OR tlsrpt = 5 OR host IN (SELECT id FROM failed_host)
UNION
SELECT domain FROM more_mx WHERE host IN (SELECT id FROM failed_host);

DROP INDEX IF EXISTS listed_domain;
DROP INDEX IF EXISTS surveyed_host;
DROP INDEX IF EXISTS more_mx_host;
DROP INDEX IF EXISTS host_name;
DELETE FROM failure;
DELETE FROM tlsa WHERE host IN (SELECT id FROM failed_host);
DELETE FROM host_tlsa WHERE id IN (SELECT id FROM failed_host);
DELETE FROM address WHERE host IN (SELECT id FROM failed_host);
DELETE FROM alias WHERE host IN (SELECT id FROM failed_host);
DELETE FROM host_detail WHERE id IN (SELECT id FROM failed_host);
DELETE FROM host WHERE id IN (SELECT id FROM failed_host);
DELETE FROM sts_match WHERE domain IN (SELECT id FROM failed_domain);
DELETE FROM sts_policy WHERE id IN (SELECT id FROM failed_domain);
DELETE FROM more_mx WHERE domain IN (SELECT id FROM failed_domain);
DELETE FROM surveyed_detail WHERE id IN (SELECT id FROM failed_domain);
DELETE FROM surveyed WHERE id IN (SELECT id FROM failed_domain);
UPDATE run SET value = 'interrupted' WHERE key = 'state';

DROP TABLE failed_domain;
DROP TABLE failed_host;
