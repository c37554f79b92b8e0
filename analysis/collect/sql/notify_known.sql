-- Does the survey know ?1: a domain, a mail host, a name that an alias leads to, or whose
-- provider one of these is?  What is found by an index comes first.
SELECT
    EXISTS (SELECT 1 FROM domains WHERE domain = ?1)
    OR EXISTS (SELECT 1 FROM hosts WHERE host = ?1)
    OR EXISTS (SELECT 1 FROM hosts WHERE provider = ?1)
    OR EXISTS (
        SELECT 1 FROM hosts
        WHERE alias_target = ?1 OR registrable_domain(alias_target) = ?1
    );
