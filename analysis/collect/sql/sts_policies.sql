-- MTA-STS records and policies, by what they are, as numbers (crawler/core/words.h).  The
-- view sts_policies has a row for each domain asked; the table below it, one for each of
-- the few that have a record.  The texts that matter of a fault have 10 characters at most.
-- Last those that came as something else than text/plain, whatever its parameters.
SELECT record_outcome, policy_outcome, detail, substr(fault, 1, 11), count(*),
  sum(coalesce(lower(substr(media_type, 1, 11)), '') NOT IN
      ('text/plain', 'text/plain;', 'text/plain ', 'text/plain' || char(9)))
FROM _sts_policy
GROUP BY record_outcome, policy_outcome, detail, substr(fault, 1, 11)
