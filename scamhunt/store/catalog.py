"""What PostgreSQL's catalog is asked: which tables, indexes and triggers a schema has, and what belongs to what."""

DEFINITIONS = r"""
WITH relation AS (
    SELECT c.oid, c.relname, c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity
    FROM pg_catalog.pg_class AS c
    WHERE c.relnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(pg_catalog.current_schema()))
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS d
        WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    )
), parts AS (
    SELECT
        CASE r.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'view' ELSE 'table' END AS kind,
        r.relname AS name,
        pg_catalog.concat_ws(
            '; ',
            r.relkind,
            CASE WHEN r.relpersistence = 'u' THEN 'unlogged' END,
            CASE WHEN r.relrowsecurity OR r.relforcerowsecurity THEN 'row security' END,
            (
                SELECT pg_catalog.string_agg(
                    pg_catalog.concat_ws(
                        ' ',
                        a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
                        CASE WHEN a.attnotnull THEN 'NOT NULL' END,
                        a.attidentity, a.attgenerated, l.collname, pg_catalog.pg_get_expr(f.adbin, f.adrelid, true)
                    ), ', ' ORDER BY a.attnum
                )
                FROM pg_catalog.pg_attribute AS a
                LEFT JOIN pg_catalog.pg_attrdef AS f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
                LEFT JOIN pg_catalog.pg_collation AS l ON l.oid = a.attcollation
                WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
            ),
            (
                SELECT pg_catalog.string_agg(
                    o.conname || ' ' || pg_catalog.pg_get_constraintdef(o.oid, true), ', ' ORDER BY o.conname
                )
                FROM pg_catalog.pg_constraint AS o WHERE o.conrelid = r.oid AND o.contype <> 'n'
            ),
            (
                SELECT 'switched off: ' || pg_catalog.count(*) FROM pg_catalog.pg_trigger AS t
                WHERE t.tgrelid = r.oid AND t.tgisinternal AND t.tgenabled <> 'O' HAVING pg_catalog.count(*) > 0
            )
        ) AS text
    FROM relation AS r WHERE r.relkind IN ('r', 'p', 'f', 'v', 'm')
    UNION ALL
    SELECT
        'index', r.relname,
        pg_catalog.pg_get_indexdef(r.oid, 0, true) || CASE WHEN i.indisvalid THEN '' ELSE ' invalid' END
    FROM relation AS r JOIN pg_catalog.pg_index AS i ON i.indexrelid = r.oid
    UNION ALL
    SELECT
        'trigger', t.tgname,
        pg_catalog.concat_ws(
            '; ', pg_catalog.pg_get_triggerdef(t.oid, true), t.tgenabled, p.prosrc, p.prosecdef, p.proconfig
        )
    FROM pg_catalog.pg_trigger AS t
    JOIN relation AS r ON r.oid = t.tgrelid
    JOIN pg_catalog.pg_proc AS p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal
    UNION ALL
    SELECT 'rule', w.rulename, pg_catalog.pg_get_ruledef(w.oid, true)
    FROM pg_catalog.pg_rewrite AS w JOIN relation AS r ON r.oid = w.ev_class WHERE w.rulename <> '_RETURN'
    UNION ALL
    SELECT
        'sequence', r.relname,
        pg_catalog.concat_ws('; ', pg_catalog.format_type(s.seqtypid, NULL), s.seqincrement, s.seqmax, s.seqcycle)
    FROM relation AS r JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = r.oid
)
SELECT kind, name::text, pg_catalog.regexp_replace(text, 'pg_temp(_[0-9]+)?\.', '', 'g') FROM parts
"""
"""One row for each thing that defines the schema; of a function the text that its trigger runs."""

REFERENCES = """
SELECT c.conrelid::regclass::text, pg_catalog.quote_ident(a.attname), c.confrelid::regclass::text
FROM pg_catalog.pg_constraint AS c
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.contype = 'f'
AND c.connamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(pg_catalog.current_schema()))
ORDER BY c.conname
"""
"""Table, column and the table that the column leads to, of each foreign key of the schema."""

CHECKSUMS = """
SELECT checksum_failures || ' pages of the database were damaged when they were read; look at the log of the server'
FROM pg_catalog.pg_stat_database
WHERE datname = pg_catalog.current_database() AND checksum_failures > 0
"""
