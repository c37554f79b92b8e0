-- List lines that are no domain names, by reason.
SELECT reason, count(*) FROM rejected_lines GROUP BY reason ORDER BY count(*) DESC, reason
LIMIT 1000
