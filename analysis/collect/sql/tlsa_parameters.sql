-- Parameter combinations of TLSA records and whether they can be used.  Records
-- of an insecure answer have no reason: nothing of them is judged.
SELECT usage, selector, matching_type, usable, reason, count(DISTINCT host), count(*)
FROM tlsa_records
GROUP BY usage, selector, matching_type, usable, reason
ORDER BY count(DISTINCT host) DESC, count(*) DESC, usage, selector, matching_type,
         reason, usable
LIMIT 1000
