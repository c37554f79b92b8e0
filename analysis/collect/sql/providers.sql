-- Names of providers, to be found again by their keys: the popular ones have hosts that
-- were met early; last those whose hosts are not resolved.
SELECT provider FROM hosts WHERE provider IS NOT NULL
UNION ALL
SELECT provider FROM domains WHERE provider IS NOT NULL
