-- strays.sql - hosts that no domain names go at the end.
--
-- A host is stored when it is known; a domain that named it may come again in the next pass, or
-- in a run continued later, and then have other MX records, or none.  Hidden hosts (address_outcome
-- below 0) are those of domains whose own address lookup failed, which are known to be no mail
-- hosts.  Certificates stay: they were seen.

-- What differs is found by going along two indexes side by side, which takes a third of looking up
-- each number: EXCEPT merges where it is told to sort by what they are in the order of.
CREATE TEMP TABLE stray AS
SELECT id FROM main._host WHERE coalesce(address_outcome, 0) >= 0
EXCEPT SELECT host FROM main._mx_record
ORDER BY id;
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
