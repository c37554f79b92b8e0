-- views.sql - the interface of a survey file; README.md here is its dictionary.
--
-- Names, columns, their order and the words are stable.  A test compares every
-- CASE with crawler/core/words.h, and the columns with the dictionary.

CREATE VIEW domains AS
SELECT
    l.domain AS domain,
    l.id + l.rank_offset AS rank,
    CASE WHEN l.suffix_length IS NOT NULL
        THEN substr(l.domain, -l.suffix_length) END AS suffix,
    CASE s.mx_outcome
        WHEN 1 THEN 'mx'
        WHEN 2 THEN 'null_mx'
        WHEN 3 THEN 'implicit_mx'
        WHEN 4 THEN 'no_service'
        WHEN 5 THEN 'nxdomain'
        WHEN 6 THEN 'failed'
    END AS mx_outcome,
    CASE d.null_mx_flaw
        WHEN 1 THEN 'mixed'
        WHEN 2 THEN 'preference'
    END AS null_mx_flaw,
    CASE d.failure
        WHEN 1 THEN 'timeout'
        WHEN 2 THEN 'servfail'
        WHEN 3 THEN 'bogus'
        WHEN 4 THEN 'refused'
        WHEN 5 THEN 'formerr'
        WHEN 6 THEN 'notimp'
        WHEN 7 THEN 'malformed'
        WHEN 8 THEN 'other'
        WHEN 9 THEN 'referral'
        WHEN 10 THEN 'filtered'
    END AS failure,
    d.ede AS ede,
    CASE s.dnssec
        WHEN 1 THEN 'secure'
        WHEN 2 THEN 'insecure'
        WHEN 3 THEN 'bogus'
        WHEN 4 THEN 'indeterminate'
    END AS dnssec,
    d.alias_target AS alias_target,
    s.mx_count AS mx_count,
    s.cname_mx_count AS cname_mx_count,
    CASE WHEN s.mx_count IS NOT NULL THEN coalesce(d.unknown_mx_count, 0) END AS unknown_mx_count,
    h.provider AS provider,
    CASE s.dane
        WHEN 1 THEN 'complete'
        WHEN 2 THEN 'primary'
        WHEN 3 THEN 'partial'
        WHEN 4 THEN 'none'
        WHEN 5 THEN 'insecure'
        WHEN 6 THEN 'failed'
    END AS dane,
    CASE WHEN s.mx_outcome <> 6 AND NOT (s.dnssec = 4 AND (
        h.address_outcome IS NOT NULL OR EXISTS (
            SELECT 1 FROM more_mx AS m JOIN host AS mh ON mh.id = m.host
            WHERE m.domain = s.id AND mh.address_outcome IS NOT NULL)))
        THEN coalesce(d.tlsa_failures, 0) END AS tlsa_failures,
    CASE WHEN s.dane IS NOT NULL THEN coalesce(s.dane_ready, 0) END AS dane_ready,
    CASE s.sts
        WHEN 1 THEN 'none'
        WHEN 2 THEN 'enforce'
        WHEN 3 THEN 'testing'
        WHEN 4 THEN 'off'
        WHEN 5 THEN 'invalid_record'
        WHEN 6 THEN 'invalid_policy'
        WHEN 7 THEN 'unavailable'
        WHEN 8 THEN 'failed'
    END AS sts,
    CASE p.cname_effect
        WHEN 1 THEN 'same'
        WHEN 2 THEN 'name_only'
        WHEN 3 THEN 'target_only'
        WHEN 4 THEN 'mixed'
        WHEN 5 THEN 'neither'
    END AS sts_cname_effect,
    CASE s.tlsrpt
        WHEN 1 THEN 'none'
        WHEN 2 THEN 'valid'
        WHEN 3 THEN 'multiple'
        WHEN 4 THEN 'invalid'
        WHEN 5 THEN 'failed'
    END AS tlsrpt,
    s.surveyed_at AS surveyed_at
FROM surveyed AS s
JOIN listed AS l ON l.id = s.id
LEFT JOIN surveyed_detail AS d ON d.id = s.id
LEFT JOIN sts_policy AS p ON p.id = s.id
LEFT JOIN host AS h ON h.id = s.host;

-- `lowest` is the lowest preference of the domain's exchanges other than `.` (class
-- 1): the main record's where there is one (`.` itself is one only when it is alone).
CREATE VIEW mx_records AS
SELECT
    domain AS domain,
    preference AS preference,
    exchange AS exchange,
    CASE class
        WHEN 1 THEN 'null'
        WHEN 2 THEN 'address'
        WHEN 3 THEN 'localhost'
        WHEN 4 THEN 'single_label'
        WHEN 5 THEN 'invalid'
        WHEN 6 THEN 'host'
    END AS exchange_class,
    class <> 1 AND preference = lowest AS is_primary,
    CASE alias
        WHEN 1 THEN 0
        WHEN 2 THEN 1
        WHEN 3 THEN 1
    END AS is_alias,
    match_name AS sts_match_name,
    match_target AS sts_match_target
FROM (
    SELECT
        l.domain AS domain,
        s.preference AS preference,
        h.name AS exchange,
        h.class AS class,
        s.preference AS lowest,
        h.alias AS alias,
        t.name AS match_name,
        t.target AS match_target
    FROM surveyed AS s
    JOIN listed AS l ON l.id = s.id
    JOIN host AS h ON h.id = s.host
    LEFT JOIN sts_match AS t ON t.domain = s.id AND t.host = s.host
    WHERE s.preference IS NOT NULL
    UNION ALL
    SELECT
        l.domain,
        m.preference,
        h.name,
        h.class,
        coalesce(s.preference, (
            SELECT min(other.preference)
            FROM more_mx AS other
            JOIN host AS other_host ON other_host.id = other.host
            WHERE other.domain = m.domain AND other_host.class <> 1
        )),
        h.alias,
        t.name,
        t.target
    FROM more_mx AS m
    JOIN surveyed AS s ON s.id = m.domain
    JOIN listed AS l ON l.id = m.domain
    JOIN host AS h ON h.id = m.host
    LEFT JOIN sts_match AS t ON t.domain = m.domain AND t.host = m.host
);

CREATE VIEW hosts AS
SELECT
    h.name AS host,
    h.provider AS provider,
    CASE h.address_outcome
        WHEN 1 THEN 'answer'
        WHEN 2 THEN 'nodata'
        WHEN 3 THEN 'nxdomain'
        WHEN 4 THEN 'failed'
    END AS address_outcome,
    CASE d.failure
        WHEN 1 THEN 'timeout'
        WHEN 2 THEN 'servfail'
        WHEN 3 THEN 'bogus'
        WHEN 4 THEN 'refused'
        WHEN 5 THEN 'formerr'
        WHEN 6 THEN 'notimp'
        WHEN 7 THEN 'malformed'
        WHEN 8 THEN 'other'
        WHEN 9 THEN 'referral'
        WHEN 10 THEN 'filtered'
    END AS failure,
    d.ede AS ede,
    h.ipv4_count AS ipv4_count,
    h.ipv6_count AS ipv6_count,
    h.special_count AS special_count,
    CASE h.dnssec
        WHEN 1 THEN 'secure'
        WHEN 2 THEN 'insecure'
        WHEN 3 THEN 'bogus'
        WHEN 4 THEN 'indeterminate'
    END AS dnssec,
    CASE h.alias
        WHEN 1 THEN 'none'
        WHEN 2 THEN 'cname'
        WHEN 3 THEN 'dname'
    END AS alias,
    CASE WHEN h.alias > 1
        THEN (SELECT coalesce(max(a.hop), 0) FROM alias AS a WHERE a.host = h.id)
    END AS alias_hops,
    CASE WHEN h.alias > 1
        THEN (SELECT a.target FROM alias AS a WHERE a.host = h.id ORDER BY a.hop DESC LIMIT 1)
    END AS alias_target,
    CASE d.alias_dnssec
        WHEN 1 THEN 'secure'
        WHEN 2 THEN 'insecure'
        WHEN 3 THEN 'bogus'
        WHEN 4 THEN 'indeterminate'
    END AS alias_dnssec,
    CASE d.alias_problem
        WHEN 1 THEN 'dangling'
        WHEN 2 THEN 'loop'
        WHEN 3 THEN 'too_long'
        WHEN 4 THEN 'multiple'
    END AS alias_problem,
    CASE coalesce(t.outcome, 0)
        WHEN 0 THEN 'not_asked'
        WHEN 1 THEN 'answer'
        WHEN 2 THEN 'nodata'
        WHEN 3 THEN 'nxdomain'
        WHEN 4 THEN 'failed'
    END AS tlsa_outcome,
    CASE t.base_hop WHEN 0 THEN h.name
        ELSE (SELECT b.target FROM alias AS b WHERE b.host = t.id AND b.hop = t.base_hop)
    END AS tlsa_base,
    CASE t.dnssec
        WHEN 1 THEN 'secure'
        WHEN 2 THEN 'insecure'
        WHEN 3 THEN 'bogus'
        WHEN 4 THEN 'indeterminate'
    END AS tlsa_dnssec,
    t.count AS tlsa_count,
    t.usable_count AS tlsa_usable_count,
    CASE h.dane
        WHEN 1 THEN 'unreachable'
        WHEN 2 THEN 'failed'
        WHEN 3 THEN 'insecure'
        WHEN 4 THEN 'none'
        WHEN 5 THEN 'unusable'
        WHEN 6 THEN 'usable'
    END AS dane,
    CASE coalesce(d.dane_exim, h.dane)
        WHEN 1 THEN 'unreachable'
        WHEN 2 THEN 'failed'
        WHEN 3 THEN 'insecure'
        WHEN 4 THEN 'none'
        WHEN 5 THEN 'unusable'
        WHEN 6 THEN 'usable'
    END AS dane_exim
FROM host AS h
LEFT JOIN host_detail AS d ON d.id = h.id
LEFT JOIN host_tlsa AS t ON t.id = h.id
WHERE h.address_outcome IS NOT NULL AND d.hidden IS NULL;

CREATE VIEW aliases AS
SELECT
    h.name AS host,
    a.hop AS hop,
    CASE a.hop WHEN 1 THEN h.name
        ELSE (SELECT b.target FROM alias AS b WHERE b.host = a.host AND b.hop = a.hop - 1)
    END AS owner,
    a.target AS target,
    CASE a.kind
        WHEN 1 THEN 'none'
        WHEN 2 THEN 'cname'
        WHEN 3 THEN 'dname'
    END AS kind
FROM alias AS a
JOIN host AS h ON h.id = a.host
LEFT JOIN host_detail AS d ON d.id = h.id
WHERE d.hidden IS NULL;

CREATE VIEW addresses AS
SELECT
    h.name AS host,
    a.address AS address,
    a.family AS family,
    a.special AS special
FROM address AS a
JOIN host AS h ON h.id = a.host;

CREATE VIEW tlsa_records AS
SELECT
    h.name AS host,
    CASE t.base_hop WHEN 0 THEN h.name
        ELSE (SELECT b.target FROM alias AS b WHERE b.host = t.id AND b.hop = t.base_hop)
    END AS base,
    r.usage AS usage,
    r.selector AS selector,
    r.matching_type AS matching_type,
    lower(hex(r.data)) AS data,
    r.usable AS usable,
    CASE r.reason
        WHEN 1 THEN 'usage'
        WHEN 2 THEN 'selector'
        WHEN 3 THEN 'matching_type'
        WHEN 4 THEN 'length'
        WHEN 5 THEN 'malformed'
    END AS reason,
    r.known_key AS known_key,
    CASE r.key_status
        WHEN 1 THEN 'active'
        WHEN 2 THEN 'backup'
        WHEN 3 THEN 'retired'
        WHEN 4 THEN 'expired'
        WHEN 5 THEN 'unsent'
        WHEN 6 THEN 'junk'
    END AS key_status
FROM tlsa AS r
JOIN host_tlsa AS t ON t.id = r.host
JOIN host AS h ON h.id = r.host;

-- Without a row of sts_policy the record is none (surveyed.sts 1), or its lookup failed.
CREATE VIEW sts_policies AS
SELECT
    l.domain AS domain,
    CASE coalesce(p.record_outcome, CASE s.sts WHEN 1 THEN 1 ELSE 5 END)
        WHEN 1 THEN 'none'
        WHEN 2 THEN 'valid'
        WHEN 3 THEN 'multiple'
        WHEN 4 THEN 'invalid'
        WHEN 5 THEN 'failed'
    END AS record_outcome,
    p.record_id AS id,
    CASE coalesce(p.policy_outcome, 1)
        WHEN 1 THEN 'not_asked'
        WHEN 2 THEN 'valid'
        WHEN 3 THEN 'invalid'
        WHEN 4 THEN 'unavailable'
    END AS policy_outcome,
    CASE p.detail
        WHEN 1 THEN 'dns'
        WHEN 2 THEN 'connect'
        WHEN 3 THEN 'tls'
        WHEN 4 THEN 'timeout'
        WHEN 5 THEN 'http_status'
        WHEN 6 THEN 'too_large'
        WHEN 7 THEN 'special_address'
        ELSE p.fault
    END AS detail,
    p.http_status AS http_status,
    CASE p.mode
        WHEN 1 THEN 'enforce'
        WHEN 2 THEN 'testing'
        WHEN 3 THEN 'none'
    END AS mode,
    p.max_age AS max_age,
    p.mx AS mx,
    p.media_type AS media_type,
    p.fetched_at AS fetched_at
FROM surveyed AS s
JOIN listed AS l ON l.id = s.id
LEFT JOIN sts_policy AS p ON p.id = s.id
WHERE s.sts IS NOT NULL;

CREATE VIEW failures AS
SELECT
    CASE f.kind
        WHEN 1 THEN 'mx'
        WHEN 2 THEN 'address'
        WHEN 3 THEN 'alias'
        WHEN 4 THEN 'tlsa'
        WHEN 5 THEN 'sts'
        WHEN 6 THEN 'tlsrpt'
    END AS kind,
    f.name AS name,
    CASE f.failure
        WHEN 1 THEN 'timeout'
        WHEN 2 THEN 'servfail'
        WHEN 3 THEN 'bogus'
        WHEN 4 THEN 'refused'
        WHEN 5 THEN 'formerr'
        WHEN 6 THEN 'notimp'
        WHEN 7 THEN 'malformed'
        WHEN 8 THEN 'other'
        WHEN 9 THEN 'referral'
        WHEN 10 THEN 'filtered'
    END AS failure,
    f.ede AS ede,
    f.tries AS tries
FROM failure AS f;

CREATE VIEW rejected_lines AS
SELECT
    r.list AS list,
    r.line AS line,
    r.text AS text,
    r.reason AS reason
FROM rejected AS r;

CREATE VIEW run_info AS
SELECT
    r.key AS key,
    r.value AS value
FROM run AS r;
