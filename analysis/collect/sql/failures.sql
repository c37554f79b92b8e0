-- Lookups that failed, by what they were for and why.
SELECT kind, failure, count(*) FROM failures GROUP BY kind, failure ORDER BY kind, failure
LIMIT 1000
