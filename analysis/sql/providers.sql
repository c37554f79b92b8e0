-- Names of providers, to be found again by their keys.
SELECT provider FROM domains WHERE provider IS NOT NULL
UNION ALL
SELECT provider FROM hosts WHERE provider IS NOT NULL
