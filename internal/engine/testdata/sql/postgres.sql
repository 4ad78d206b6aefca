SELECT a0,
  CASE s0 WHEN 1 THEN 0 WHEN 2 THEN 1 WHEN 3 THEN 2 WHEN 4 THEN -1 ELSE CASE WHEN x0 < (30)::float8 THEN 3 WHEN x0 < (60)::float8 THEN 4 ELSE 5 END END AS a1,
  decision,
  label,
  CASE WHEN x1 >= (0)::float8 AND x1 <= (1)::float8 THEN least(255, (floor(x1 * (256)::float8))::bigint) WHEN x1 IS NOT NULL THEN -5 ELSE -s1 END AS bin,
  count(*) AS n,
  coalesce((sum(CASE WHEN x1 >= (0)::float8 AND x1 <= (1)::float8 THEN (floor(x1 * (1000000000)::float8))::bigint ELSE 0 END))::bigint, 0) AS scores,
  coalesce((sum(CASE WHEN x1 >= (0)::float8 AND x1 <= (1)::float8 THEN (floor(x1 * x1 * (1000000000)::float8))::bigint ELSE 0 END))::bigint, 0) AS squares,
  coalesce((sum(CASE WHEN x2 >= (0)::float8 AND x2 <= (10000)::float8 THEN (floor(x2 * (1000000)::float8 + (0.5)::float8))::bigint ELSE 0 END))::bigint, 0) AS weights,
  coalesce((sum(CASE WHEN x2 >= (0)::float8 AND x2 <= (10000)::float8 THEN (floor(x2 * x2 * (1000000)::float8 + (0.5)::float8))::bigint ELSE 0 END))::bigint, 0) AS weight_squares,
  sum(CASE WHEN x2 >= (0)::float8 AND x2 <= (10000)::float8 THEN 0 ELSE 1 END) AS bad_weights
FROM (
  SELECT CASE WHEN t."age" IS NULL THEN 1 WHEN (t."age")::text COLLATE "C" = '' THEN 3 WHEN lower((t."age")::text COLLATE "C") = 'nan' THEN 2 WHEN (t."age")::text COLLATE "C" ~ '^[ \t]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[ \t]*$' THEN 0 ELSE 4 END AS s0,
    CASE WHEN (t."age")::text COLLATE "C" ~ '^[ \t]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[ \t]*$' THEN trim((t."age")::text COLLATE "C")::float8 END AS x0,
    CASE WHEN t."p" IS NULL THEN 1 WHEN (t."p")::text COLLATE "C" = '' THEN 3 WHEN lower((t."p")::text COLLATE "C") = 'nan' THEN 2 WHEN (t."p")::text COLLATE "C" ~ '^[ \t]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[ \t]*$' THEN 0 ELSE 4 END AS s1,
    CASE WHEN (t."p")::text COLLATE "C" ~ '^[ \t]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[ \t]*$' THEN trim((t."p")::text COLLATE "C")::float8 END AS x1,
    CASE WHEN t."w" IS NULL THEN 1 WHEN (t."w")::text COLLATE "C" = '' THEN 3 WHEN lower((t."w")::text COLLATE "C") = 'nan' THEN 2 WHEN (t."w")::text COLLATE "C" ~ '^[ \t]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[ \t]*$' THEN 0 ELSE 4 END AS s2,
    CASE WHEN (t."w")::text COLLATE "C" ~ '^[ \t]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[ \t]*$' THEN trim((t."w")::text COLLATE "C")::float8 END AS x2,
    (t."sex")::text COLLATE "C" AS a0,
    (t."sent")::text COLLATE "C" AS decision,
    (t."bought")::text COLLATE "C" AS label
  FROM "lake"."scores" AS t
  WHERE ((t."channel")::text COLLATE "C" = 'e-mail''s' AND ((CASE WHEN (t."age")::text COLLATE "C" ~ '^[ \t]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[ \t]*$' THEN trim((t."age")::text COLLATE "C")::float8 END) >= (18)::float8 OR t."age" IS NULL) AND (NOT ((t."country")::text COLLATE "C" = 'DE' OR (t."country")::text COLLATE "C" = 'AT')))
) AS r
GROUP BY 1, 2, 3, 4, 5
