SELECT a0,
  CASE s0 WHEN 1 THEN 0 WHEN 2 THEN 1 WHEN 3 THEN 2 WHEN 4 THEN -1 ELSE CASE WHEN x0 < CAST(30 AS double) THEN 3 WHEN x0 < CAST(60 AS double) THEN 4 ELSE 5 END END AS a1,
  decision,
  label,
  CASE WHEN x1 >= CAST(0 AS double) AND x1 <= CAST(1 AS double) THEN least(255, CAST(floor(x1 * CAST(256 AS double)) AS bigint)) WHEN x1 IS NOT NULL THEN -5 ELSE -s1 END AS bin,
  count(*) AS n,
  coalesce(CAST(sum(CASE WHEN x1 >= CAST(0 AS double) AND x1 <= CAST(1 AS double) THEN CAST(floor(x1 * CAST(1000000000 AS double)) AS bigint) ELSE 0 END) AS bigint), 0) AS scores,
  coalesce(CAST(sum(CASE WHEN x1 >= CAST(0 AS double) AND x1 <= CAST(1 AS double) THEN CAST(floor(x1 * x1 * CAST(1000000000 AS double)) AS bigint) ELSE 0 END) AS bigint), 0) AS squares,
  coalesce(CAST(sum(CASE WHEN x2 >= CAST(0 AS double) AND x2 <= CAST(10000 AS double) THEN CAST(floor(x2 * CAST(1000000 AS double) + CAST(0.5 AS double)) AS bigint) ELSE 0 END) AS bigint), 0) AS weights,
  coalesce(CAST(sum(CASE WHEN x2 >= CAST(0 AS double) AND x2 <= CAST(10000 AS double) THEN CAST(floor(x2 * x2 * CAST(1000000 AS double) + CAST(0.5 AS double)) AS bigint) ELSE 0 END) AS bigint), 0) AS weight_squares,
  sum(CASE WHEN x2 >= CAST(0 AS double) AND x2 <= CAST(10000 AS double) THEN 0 ELSE 1 END) AS bad_weights
FROM (
  SELECT CASE WHEN t."age" IS NULL THEN 1 WHEN CAST(t."age" AS varchar) = '' THEN 3 WHEN lower(CAST(t."age" AS varchar)) = 'nan' THEN 2 WHEN regexp_like(CAST(t."age" AS varchar), '^[ \t]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[ \t]*$') THEN 0 ELSE 4 END AS s0,
    CASE WHEN regexp_like(CAST(t."age" AS varchar), '^[ \t]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[ \t]*$') THEN TRY_CAST(trim(CAST(t."age" AS varchar)) AS double) END AS x0,
    CASE WHEN t."p" IS NULL THEN 1 WHEN CAST(t."p" AS varchar) = '' THEN 3 WHEN lower(CAST(t."p" AS varchar)) = 'nan' THEN 2 WHEN regexp_like(CAST(t."p" AS varchar), '^[ \t]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[ \t]*$') THEN 0 ELSE 4 END AS s1,
    CASE WHEN regexp_like(CAST(t."p" AS varchar), '^[ \t]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[ \t]*$') THEN TRY_CAST(trim(CAST(t."p" AS varchar)) AS double) END AS x1,
    CASE WHEN t."w" IS NULL THEN 1 WHEN CAST(t."w" AS varchar) = '' THEN 3 WHEN lower(CAST(t."w" AS varchar)) = 'nan' THEN 2 WHEN regexp_like(CAST(t."w" AS varchar), '^[ \t]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[ \t]*$') THEN 0 ELSE 4 END AS s2,
    CASE WHEN regexp_like(CAST(t."w" AS varchar), '^[ \t]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[ \t]*$') THEN TRY_CAST(trim(CAST(t."w" AS varchar)) AS double) END AS x2,
    CAST(t."sex" AS varchar) AS a0,
    CAST(t."sent" AS varchar) AS decision,
    CAST(t."bought" AS varchar) AS label
  FROM "lake"."scores" AS t
  WHERE (CAST(t."channel" AS varchar) = 'e-mail''s' AND ((CASE WHEN regexp_like(CAST(t."age" AS varchar), '^[ \t]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[ \t]*$') THEN TRY_CAST(trim(CAST(t."age" AS varchar)) AS double) END) >= CAST(18 AS double) OR t."age" IS NULL) AND (NOT (CAST(t."country" AS varchar) = 'DE' OR CAST(t."country" AS varchar) = 'AT')))
) AS r
GROUP BY 1, 2, 3, 4, 5
