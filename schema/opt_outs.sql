-- opt_outs.sql - at the end numbers close up again, where names opted out while the run was under way
-- and left gaps: all that goes by the number of a domain moves down by the gaps before it.
CREATE TEMP TABLE gap AS SELECT id, row_number() OVER (ORDER BY id) AS gaps FROM _opted_out;
CREATE UNIQUE INDEX temp.gap_id ON gap (id);
-- rank_offset = rank - number
UPDATE _listed SET rank_offset = rank_offset
        + (SELECT gaps FROM gap WHERE gap.id < _listed.id ORDER BY gap.id DESC LIMIT 1),
    id = id - (SELECT gaps FROM gap WHERE gap.id < _listed.id ORDER BY gap.id DESC LIMIT 1)
WHERE id > (SELECT min(id) FROM gap);
UPDATE _listed_position SET
    id = id - (SELECT gaps FROM gap WHERE gap.id < _listed_position.id ORDER BY gap.id DESC LIMIT 1)
WHERE id > (SELECT min(id) FROM gap);
UPDATE _surveyed SET
    id = id - (SELECT gaps FROM gap WHERE gap.id < _surveyed.id ORDER BY gap.id DESC LIMIT 1)
WHERE id > (SELECT min(id) FROM gap);
UPDATE _surveyed_detail SET
    id = id - (SELECT gaps FROM gap WHERE gap.id < _surveyed_detail.id ORDER BY gap.id DESC LIMIT 1)
WHERE id > (SELECT min(id) FROM gap);
UPDATE _sts_policy SET
    id = id - (SELECT gaps FROM gap WHERE gap.id < _sts_policy.id ORDER BY gap.id DESC LIMIT 1)
WHERE id > (SELECT min(id) FROM gap);
UPDATE _sts_match SET domain = domain
    - (SELECT gaps FROM gap WHERE gap.id < _sts_match.domain ORDER BY gap.id DESC LIMIT 1)
WHERE domain > (SELECT min(id) FROM gap);
DROP TABLE gap;
DELETE FROM _opted_out;
