-- strays.sql - MX records that no domain has, and hosts that none names, go at the end.
--
-- A host is stored when it is known; a domain that named it may come again in the second pass, or
-- in a run continued later, and then have other MX records, or none.  Hidden hosts (address_outcome
-- below 0) are those of domains whose own address lookup failed, which are known to be no mail
-- hosts.  Certificates stay: they were seen.

DELETE FROM _mx_record
WHERE NOT EXISTS (SELECT 1 FROM _surveyed AS s WHERE s.mx_set = _mx_record.mx_set);
-- NOT INDEXED: by their numbers, as the index that is searched is sorted
CREATE TEMP TABLE stray AS
SELECT h.id AS id FROM main._host AS h NOT INDEXED
WHERE NOT EXISTS (SELECT 1 FROM _mx_record AS m WHERE m.host = h.id)
    AND coalesce(h.address_outcome, 0) >= 0;
-- their address, alias and TLSA lookups
DELETE FROM _failure WHERE kind IN (2, 3, 4)
    AND name IN (SELECT name FROM main._host WHERE id IN (SELECT id FROM stray));
DELETE FROM _probe_tlsa WHERE host IN (SELECT id FROM stray);
DELETE FROM _probe_match WHERE id IN (SELECT id FROM stray);
DELETE FROM _probe WHERE id IN (SELECT id FROM stray);
DELETE FROM _tlsa WHERE host IN (SELECT id FROM stray);
DELETE FROM _host_tlsa WHERE id IN (SELECT id FROM stray);
DELETE FROM _address WHERE host IN (SELECT id FROM stray);
DELETE FROM _alias WHERE host IN (SELECT id FROM stray);
DELETE FROM _host_detail WHERE id IN (SELECT id FROM stray);
DELETE FROM _host WHERE id IN (SELECT id FROM stray);
DROP TABLE stray;
