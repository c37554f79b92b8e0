-- Extended DNS errors of failed lookups, as lists of codes.
SELECT ede, count(*) FROM failures WHERE ede IS NOT NULL GROUP BY ede
