-- MTA-STS records and policies, by what they are, as numbers (crawler/core/words.h).  The
-- view sts_policies has a row for each domain asked; the table below it, one for each of
-- the few that have a record.  The texts that matter of a fault have 10 characters at most.
SELECT record_outcome, policy_outcome, detail, substr(fault, 1, 11), count(*)
FROM sts_policy
GROUP BY record_outcome, policy_outcome, detail, substr(fault, 1, 11)
