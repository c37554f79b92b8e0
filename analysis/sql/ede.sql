-- Extended DNS errors, as lists of codes, by what they came with.
SELECT ede, count(*), 0, 0 FROM domains WHERE ede IS NOT NULL GROUP BY ede
UNION ALL
SELECT ede, 0, count(*), 0 FROM hosts WHERE ede IS NOT NULL GROUP BY ede
UNION ALL
SELECT ede, 0, 0, count(*) FROM failures WHERE ede IS NOT NULL GROUP BY ede
