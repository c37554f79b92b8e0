-- strays.sql - hosts that no domain names are nobody's mail hosts: at the end they go.
--
-- A host is stored when it is known; a domain that named it may come again in the second pass, or
-- in a run continued later, and then have other MX records, or none.  Hidden hosts are those of
-- domains whose own address lookup failed, which are known to be no mail hosts.

-- NOT INDEXED: by their numbers, as the indexes that are searched are sorted
CREATE TEMP TABLE stray AS
SELECT h.id AS id FROM main.host AS h NOT INDEXED
WHERE NOT EXISTS (SELECT 1 FROM surveyed AS s WHERE s.host = h.id)
    AND NOT EXISTS (SELECT 1 FROM more_mx AS m WHERE m.host = h.id)
    AND NOT EXISTS (SELECT 1 FROM host_detail AS d WHERE d.id = h.id AND d.hidden IS NOT NULL);
-- their address, alias and TLSA lookups
DELETE FROM failure WHERE kind IN (2, 3, 4)
    AND name IN (SELECT name FROM main.host WHERE id IN (SELECT id FROM stray));
DELETE FROM tlsa WHERE host IN (SELECT id FROM stray);
DELETE FROM host_tlsa WHERE id IN (SELECT id FROM stray);
DELETE FROM address WHERE host IN (SELECT id FROM stray);
DELETE FROM alias WHERE host IN (SELECT id FROM stray);
DELETE FROM host_detail WHERE id IN (SELECT id FROM stray);
DELETE FROM host WHERE id IN (SELECT id FROM stray);
DROP TABLE stray;
