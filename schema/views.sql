-- views.sql - the interface of a survey file; README.md here is its dictionary.
--
-- Names, columns, their order and the words are stable.  A test compares every
-- CASE with crawler/core/words.h, and the columns with the dictionary.
--
-- As few tables are joined as can be, for SQLite reads every table of a join for every row of a
-- count, wanted or not.  What few rows have comes by a subquery, which is not run where its column
-- is not asked for, nor where there is nothing (detailed, details).  _hosts is of one table alone:
-- SQLite finds no row by name in a join on the right of LEFT JOIN.

CREATE VIEW domains AS
SELECT
    l.domain AS domain,
    l.id + l.rank_offset AS rank,
    CASE WHEN l.suffix_stratum & 255 THEN substr(l.domain, -(l.suffix_stratum & 255)) END AS suffix,
    (SELECT t.stratum FROM _stratum AS t
        WHERE t.id = l.suffix_stratum >> 8 AND l.suffix_stratum > 255) AS stratum,
    CASE s.mx_outcome
        WHEN 1 THEN 'mx'
        WHEN 2 THEN 'null_mx'
        WHEN 3 THEN 'implicit_mx'
        WHEN 4 THEN 'no_service'
        WHEN 5 THEN 'nxdomain'
        WHEN 6 THEN 'failed'
    END AS mx_outcome,
    CASE (SELECT d.null_mx_flaw FROM _surveyed_detail AS d WHERE d.id = s.id AND s.detailed)
        WHEN 1 THEN 'mixed'
        WHEN 2 THEN 'preference'
    END AS null_mx_flaw,
    CASE (SELECT d.failure FROM _surveyed_detail AS d WHERE d.id = s.id AND s.detailed)
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
    (SELECT d.ede FROM _surveyed_detail AS d WHERE d.id = s.id AND s.detailed) AS ede,
    CASE s.dnssec
        WHEN 1 THEN 'secure'
        WHEN 2 THEN 'insecure'
        WHEN 3 THEN 'bogus'
        WHEN 4 THEN 'indeterminate'
    END AS dnssec,
    (SELECT d.alias_target FROM _surveyed_detail AS d WHERE d.id = s.id AND s.detailed)
        AS alias_target,
    s.mx_count AS mx_count,
    s.cname_mx_count AS cname_mx_count,
    CASE WHEN s.mx_count IS NOT NULL THEN coalesce(
        (SELECT d.unknown_mx_count FROM _surveyed_detail AS d WHERE d.id = s.id AND s.detailed), 0)
    END AS unknown_mx_count,
    CASE WHEN s.provider < 0 THEN substr(l.domain, s.provider)
        WHEN s.provider > 0
        THEN (SELECT substr(h.name, -h.provider_length) FROM _host AS h WHERE h.id = s.provider)
    END AS provider,
    CASE s.dane
        WHEN 1 THEN 'complete'
        WHEN 2 THEN 'primary'
        WHEN 3 THEN 'partial'
        WHEN 4 THEN 'none'
        WHEN 5 THEN 'insecure'
        WHEN 6 THEN 'failed'
    END AS dane,
    CASE WHEN s.mx_outcome <> 6 AND NOT (s.dnssec = 4 AND EXISTS (
            SELECT 1 FROM _mx_record AS m JOIN _host AS h ON h.id = m.host
            WHERE m.mx_set = s.mx_set AND h.address_outcome IS NOT NULL))
        THEN coalesce((SELECT d.tlsa_failures FROM _surveyed_detail AS d
            WHERE d.id = s.id AND s.detailed), 0)
    END AS tlsa_failures,
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
    CASE (SELECT p.cname_effect FROM _sts_policy AS p WHERE p.id = s.id AND s.sts IN (2, 3))
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
    s.surveyed_at AS surveyed_at,
    CASE WHEN s.mx_ttl < 0 THEN -s.mx_ttl ELSE s.mx_ttl * 60 END AS mx_ttl
FROM _surveyed AS s
-- always so; but for it SQLite would go by the index of names, which jumps about in _surveyed
JOIN _listed AS l ON l.id = s.id AND l.suffix_stratum IS DISTINCT FROM 0;

-- Mail hosts of domains, by MX records and implicit ones.
CREATE VIEW _records AS
SELECT
    l.domain AS domain,
    m.preference AS preference,
    h.name AS exchange,
    CASE h.class
        WHEN 1 THEN 'null'
        WHEN 2 THEN 'address'
        WHEN 3 THEN 'localhost'
        WHEN 4 THEN 'single_label'
        WHEN 5 THEN 'invalid'
        WHEN 6 THEN 'host'
    END AS exchange_class,
    m.role = 1 AS is_primary,
    h.alias > 1 AS is_alias,
    (SELECT t.name FROM _sts_match AS t
        WHERE t.domain = s.id AND t.host = m.host AND s.sts IN (2, 3, 4)) AS sts_match_name,
    (SELECT t.target FROM _sts_match AS t
        WHERE t.domain = s.id AND t.host = m.host AND s.sts IN (2, 3, 4)) AS sts_match_target,
    m.host AS host,
    m.role AS role,
    h.address_outcome > 0 AS is_shown
FROM _surveyed AS s
JOIN _mx_record AS m ON m.mx_set = s.mx_set
JOIN _host AS h ON h.id = m.host
JOIN _listed AS l ON l.id = s.id;

CREATE VIEW mx_records AS
SELECT
    r.domain AS domain,
    r.preference AS preference,
    r.exchange AS exchange,
    r.exchange_class AS exchange_class,
    r.is_primary AS is_primary,
    r.is_alias AS is_alias,
    r.sts_match_name AS sts_match_name,
    r.sts_match_target AS sts_match_target
FROM _records AS r
WHERE r.preference IS NOT NULL;

-- Every host that is named somewhere.
CREATE VIEW _hosts AS
SELECT
    h.id AS id,
    h.address_outcome > 0 AS is_shown,
    h.name AS host,
    substr(h.name, -h.provider_length) AS provider,
    CASE abs(h.address_outcome)
        WHEN 1 THEN 'answer'
        WHEN 2 THEN 'nodata'
        WHEN 3 THEN 'nxdomain'
        WHEN 4 THEN 'failed'
    END AS address_outcome,
    CASE (SELECT d.failure FROM _host_detail AS d WHERE d.id = h.id AND h.details & 1)
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
    (SELECT d.ede FROM _host_detail AS d WHERE d.id = h.id AND h.details & 1) AS ede,
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
        THEN (SELECT coalesce(max(a.hop), 0) FROM _alias AS a WHERE a.host = h.id)
    END AS alias_hops,
    CASE WHEN h.alias > 1
        THEN (SELECT a.target FROM _alias AS a WHERE a.host = h.id ORDER BY a.hop DESC LIMIT 1)
    END AS alias_target,
    CASE (SELECT d.alias_dnssec FROM _host_detail AS d WHERE d.id = h.id AND h.details & 1)
        WHEN 1 THEN 'secure'
        WHEN 2 THEN 'insecure'
        WHEN 3 THEN 'bogus'
        WHEN 4 THEN 'indeterminate'
    END AS alias_dnssec,
    CASE (SELECT d.alias_problem FROM _host_detail AS d WHERE d.id = h.id AND h.details & 1)
        WHEN 1 THEN 'dangling'
        WHEN 2 THEN 'loop'
        WHEN 3 THEN 'too_long'
        WHEN 4 THEN 'multiple'
    END AS alias_problem,
    CASE coalesce((SELECT t.outcome FROM _host_tlsa AS t WHERE t.id = h.id AND h.details & 2), 0)
        WHEN 0 THEN 'not_asked'
        WHEN 1 THEN 'answer'
        WHEN 2 THEN 'nodata'
        WHEN 3 THEN 'nxdomain'
        WHEN 4 THEN 'failed'
    END AS tlsa_outcome,
    (SELECT CASE t.base_hop WHEN 0 THEN h.name
            ELSE (SELECT b.target FROM _alias AS b WHERE b.host = t.id AND b.hop = t.base_hop)
        END FROM _host_tlsa AS t WHERE t.id = h.id AND h.details & 2) AS tlsa_base,
    CASE (SELECT t.dnssec FROM _host_tlsa AS t WHERE t.id = h.id AND h.details & 2)
        WHEN 1 THEN 'secure'
        WHEN 2 THEN 'insecure'
        WHEN 3 THEN 'bogus'
        WHEN 4 THEN 'indeterminate'
    END AS tlsa_dnssec,
    (SELECT t.count FROM _host_tlsa AS t WHERE t.id = h.id AND h.details & 2) AS tlsa_count,
    (SELECT t.usable_count FROM _host_tlsa AS t WHERE t.id = h.id AND h.details & 2)
        AS tlsa_usable_count,
    CASE h.dane
        WHEN 1 THEN 'unreachable'
        WHEN 2 THEN 'failed'
        WHEN 3 THEN 'insecure'
        WHEN 4 THEN 'none'
        WHEN 5 THEN 'unusable'
        WHEN 6 THEN 'usable'
    END AS dane,
    CASE coalesce((SELECT d.dane_exim FROM _host_detail AS d
            WHERE d.id = h.id AND h.details & 1), h.dane)
        WHEN 1 THEN 'unreachable'
        WHEN 2 THEN 'failed'
        WHEN 3 THEN 'insecure'
        WHEN 4 THEN 'none'
        WHEN 5 THEN 'unusable'
        WHEN 6 THEN 'usable'
    END AS dane_exim,
    h.resolved_at AS resolved_at,
    CASE WHEN h.alias > 1 THEN (SELECT min(a.ttl) FROM _alias AS a WHERE a.host = h.id) END
        AS alias_ttl,
    CASE WHEN h.alias > 1
        THEN (SELECT substr(a.target, -(SELECT d.alias_provider_length FROM _host_detail AS d
                WHERE d.id = h.id))
            FROM _alias AS a WHERE a.host = h.id ORDER BY a.hop DESC LIMIT 1)
    END AS alias_provider
FROM _host AS h;

CREATE VIEW hosts AS
SELECT
    h.host AS host,
    h.provider AS provider,
    h.address_outcome AS address_outcome,
    h.failure AS failure,
    h.ede AS ede,
    h.ipv4_count AS ipv4_count,
    h.ipv6_count AS ipv6_count,
    h.special_count AS special_count,
    h.dnssec AS dnssec,
    h.alias AS alias,
    h.alias_hops AS alias_hops,
    h.alias_target AS alias_target,
    h.alias_dnssec AS alias_dnssec,
    h.alias_problem AS alias_problem,
    h.tlsa_outcome AS tlsa_outcome,
    h.tlsa_base AS tlsa_base,
    h.tlsa_dnssec AS tlsa_dnssec,
    h.tlsa_count AS tlsa_count,
    h.tlsa_usable_count AS tlsa_usable_count,
    h.dane AS dane,
    h.dane_exim AS dane_exim,
    h.resolved_at AS resolved_at,
    h.alias_ttl AS alias_ttl
FROM _hosts AS h
WHERE h.is_shown;

CREATE VIEW mail_hosts AS
SELECT
    r.domain AS domain,
    r.exchange AS host,
    r.preference AS preference,
    r.is_primary AS is_primary
FROM _records AS r
WHERE r.is_shown AND r.role <> 2;

CREATE VIEW mx_hosts AS
SELECT
    r.domain AS domain,
    r.preference AS preference,
    r.exchange AS exchange,
    r.exchange_class AS exchange_class,
    r.is_primary AS is_primary,
    r.is_alias AS is_alias,
    r.sts_match_name AS sts_match_name,
    r.sts_match_target AS sts_match_target,
    h.host AS host_host,
    h.provider AS host_provider,
    h.address_outcome AS host_address_outcome,
    h.failure AS host_failure,
    h.ede AS host_ede,
    h.ipv4_count AS host_ipv4_count,
    h.ipv6_count AS host_ipv6_count,
    h.special_count AS host_special_count,
    h.dnssec AS host_dnssec,
    h.alias AS host_alias,
    h.alias_hops AS host_alias_hops,
    h.alias_target AS host_alias_target,
    h.alias_dnssec AS host_alias_dnssec,
    h.alias_problem AS host_alias_problem,
    h.tlsa_outcome AS host_tlsa_outcome,
    h.tlsa_base AS host_tlsa_base,
    h.tlsa_dnssec AS host_tlsa_dnssec,
    h.tlsa_count AS host_tlsa_count,
    h.tlsa_usable_count AS host_tlsa_usable_count,
    h.dane AS host_dane,
    h.dane_exim AS host_dane_exim,
    h.resolved_at AS host_resolved_at,
    h.alias_ttl AS host_alias_ttl,
    h.alias_provider AS alias_provider
FROM _records AS r
LEFT JOIN _hosts AS h ON h.id = r.host AND h.is_shown
WHERE r.preference IS NOT NULL;

CREATE VIEW aliases AS
SELECT
    h.name AS host,
    a.hop AS hop,
    CASE a.hop WHEN 1 THEN h.name
        ELSE (SELECT b.target FROM _alias AS b WHERE b.host = a.host AND b.hop = a.hop - 1)
    END AS owner,
    a.target AS target,
    CASE a.kind
        WHEN 1 THEN 'none'
        WHEN 2 THEN 'cname'
        WHEN 3 THEN 'dname'
    END AS kind,
    a.ttl AS ttl
FROM _alias AS a
JOIN _host AS h ON h.id = a.host
WHERE h.address_outcome > 0;

CREATE VIEW addresses AS
SELECT
    h.name AS host,
    a.address AS address,
    a.family AS family,
    a.special AS special
FROM _address AS a
JOIN _host AS h ON h.id = a.host;

CREATE VIEW tlsa_records AS
SELECT
    h.name AS host,
    CASE t.base_hop WHEN 0 THEN h.name
        ELSE (SELECT b.target FROM _alias AS b WHERE b.host = t.id AND b.hop = t.base_hop)
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
FROM _tlsa AS r
JOIN _host_tlsa AS t ON t.id = r.host
JOIN _host AS h ON h.id = r.host;

-- Without a row of _sts_policy the record is none (_surveyed.sts 1), or its lookup failed.
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
FROM _surveyed AS s
JOIN _listed AS l ON l.id = s.id
LEFT JOIN _sts_policy AS p ON p.id = s.id
WHERE s.sts IS NOT NULL;

CREATE VIEW probes AS
SELECT
    h.name AS host,
    p.address AS address,
    p.family AS family,
    p.probed_at AS probed_at,
    p.meetings AS meetings,
    CASE p.outcome
        WHEN 1 THEN 'tls'
        WHEN 2 THEN 'no_starttls'
        WHEN 3 THEN 'refused'
        WHEN 4 THEN 'timeout'
        WHEN 5 THEN 'closed'
        WHEN 6 THEN 'greeting_4xx'
        WHEN 7 THEN 'greeting_5xx'
        WHEN 8 THEN 'tls_failed'
        WHEN 9 THEN 'unreachable'
        WHEN 10 THEN 'malformed'
    END AS outcome,
    CASE p.phase
        WHEN 1 THEN 'connect'
        WHEN 2 THEN 'greeting'
        WHEN 3 THEN 'ehlo'
        WHEN 4 THEN 'starttls'
        WHEN 5 THEN 'handshake'
        WHEN 6 THEN 'quit'
    END AS phase,
    p.reply AS reply,
    CASE WHEN p.phase = 5 OR p.tls_version IS NOT NULL THEN coalesce(p.plaintext, 0) END AS plaintext,
    CASE p.tls_version
        WHEN 1 THEN 'TLSv1'
        WHEN 2 THEN 'TLSv1.1'
        WHEN 3 THEN 'TLSv1.2'
        WHEN 4 THEN 'TLSv1.3'
    END AS tls_version,
    CASE p.tls_alert
        WHEN 0 THEN 'close_notify'
        WHEN 10 THEN 'unexpected_message'
        WHEN 20 THEN 'bad_record_mac'
        WHEN 22 THEN 'record_overflow'
        WHEN 40 THEN 'handshake_failure'
        WHEN 42 THEN 'bad_certificate'
        WHEN 43 THEN 'unsupported_certificate'
        WHEN 44 THEN 'certificate_revoked'
        WHEN 45 THEN 'certificate_expired'
        WHEN 46 THEN 'certificate_unknown'
        WHEN 47 THEN 'illegal_parameter'
        WHEN 48 THEN 'unknown_ca'
        WHEN 49 THEN 'access_denied'
        WHEN 50 THEN 'decode_error'
        WHEN 51 THEN 'decrypt_error'
        WHEN 70 THEN 'protocol_version'
        WHEN 71 THEN 'insufficient_security'
        WHEN 80 THEN 'internal_error'
        WHEN 86 THEN 'inappropriate_fallback'
        WHEN 90 THEN 'user_canceled'
        WHEN 109 THEN 'missing_extension'
        WHEN 110 THEN 'unsupported_extension'
        WHEN 112 THEN 'unrecognized_name'
        WHEN 113 THEN 'bad_certificate_status_response'
        WHEN 115 THEN 'unknown_psk_identity'
        WHEN 116 THEN 'certificate_required'
        WHEN 120 THEN 'no_application_protocol'
        ELSE CAST(p.tls_alert AS TEXT)
    END AS tls_alert,
    p.chain AS chain
FROM _probe AS p
JOIN _host AS h ON h.id = p.id;

CREATE VIEW probe_matches AS
SELECT
    h.name AS host,
    m.leaf AS certificate,
    CASE coalesce(m.pkix, 0)
        WHEN 0 THEN 'valid'
        WHEN 1 THEN 'expired'
        WHEN 2 THEN 'not_yet_valid'
        WHEN 3 THEN 'self_signed'
        WHEN 4 THEN 'untrusted'
        WHEN 5 THEN 'incomplete'
        WHEN 6 THEN 'weak'
        WHEN 7 THEN 'other'
    END AS pkix,
    m.names_host AS names_host,
    m.names_target AS names_target,
    CASE WHEN m.pkix IS NULL THEN m.names_host ELSE 0 END AS name_match,
    CASE WHEN m.pkix IS NULL THEN m.names_target WHEN m.names_target IS NOT NULL THEN 0 END
        AS target_match,
    m.dane AS dane_match,
    (SELECT count(*) FROM _probe_tlsa AS t WHERE t.host = m.id AND t.match = 1) AS tlsa_matched,
    (SELECT count(*) FROM _probe_tlsa AS t WHERE t.host = m.id) AS tlsa_count,
    -- whole days, rounded down: below 0 from the first second on, whatever `/` makes of integers
    (SELECT CAST((c.not_after - p.probed_at
            - ((c.not_after - p.probed_at) % 86400 + 86400) % 86400) / 86400 AS INTEGER)
        FROM _certificate AS c, _probe AS p WHERE c.id = m.leaf AND p.id = m.id) AS expires_in_days
FROM _probe_match AS m
JOIN _host AS h ON h.id = m.id;

CREATE VIEW probe_tlsa AS
SELECT
    h.name AS host,
    t.usage AS usage,
    t.selector AS selector,
    t.matching_type AS matching_type,
    lower(hex(t.data)) AS data,
    CASE t.match
        WHEN 1 THEN 'matched'
        WHEN 2 THEN 'no_match'
        WHEN 3 THEN 'not_reached'
    END AS match
FROM _probe_tlsa AS t
JOIN _host AS h ON h.id = t.host;

CREATE VIEW certificates AS
SELECT
    c.id AS id,
    lower(hex(c.sha256)) AS sha256,
    lower(hex(c.spki_sha256)) AS spki_sha256,
    c.subject AS subject,
    c.issuer AS issuer,
    c.names AS names,
    c.not_before AS not_before,
    c.not_after AS not_after,
    CASE WHEN c.der IS NOT NULL THEN lower(hex(c.der)) END AS der
FROM _certificate AS c;

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
FROM _failure AS f;

CREATE VIEW rejected_lines AS
SELECT
    r.list AS list,
    r.line AS line,
    r.text AS text,
    r.reason AS reason
FROM _rejected AS r;

CREATE VIEW run_info AS
SELECT
    r.key AS key,
    r.value AS value
FROM _run AS r;
