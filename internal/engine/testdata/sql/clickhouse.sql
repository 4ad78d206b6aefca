SELECT a0,
  CASE s0 WHEN 1 THEN 0 WHEN 2 THEN 1 WHEN 3 THEN 2 WHEN 4 THEN -1 ELSE CASE WHEN x0 < toFloat64(30) THEN 3 WHEN x0 < toFloat64(60) THEN 4 ELSE 5 END END AS a1,
  decision,
  label,
  CASE WHEN x1 >= toFloat64(0) AND x1 <= toFloat64(1) THEN least(255, toInt64(floor(x1 * toFloat64(256)))) WHEN x1 IS NOT NULL THEN -5 ELSE -s1 END AS bin,
  count(*) AS n,
  coalesce(toInt64(sum(CASE WHEN x1 >= toFloat64(0) AND x1 <= toFloat64(1) THEN toInt64(floor(x1 * toFloat64(1000000000))) ELSE 0 END)), 0) AS scores,
  coalesce(toInt64(sum(CASE WHEN x1 >= toFloat64(0) AND x1 <= toFloat64(1) THEN toInt64(floor(x1 * x1 * toFloat64(1000000000))) ELSE 0 END)), 0) AS squares,
  coalesce(toInt64(sum(CASE WHEN x2 >= toFloat64(0) AND x2 <= toFloat64(10000) THEN toInt64(floor(x2 * toFloat64(1000000) + toFloat64(0.5))) ELSE 0 END)), 0) AS weights,
  coalesce(toInt64(sum(CASE WHEN x2 >= toFloat64(0) AND x2 <= toFloat64(10000) THEN toInt64(floor(x2 * x2 * toFloat64(1000000) + toFloat64(0.5))) ELSE 0 END)), 0) AS weight_squares,
  sum(CASE WHEN x2 >= toFloat64(0) AND x2 <= toFloat64(10000) THEN 0 ELSE 1 END) AS bad_weights
FROM (
  SELECT CASE WHEN t.`age` IS NULL THEN 1 WHEN toString(t.`age`) = '' THEN 3 WHEN lower(toString(t.`age`)) = 'nan' THEN 2 WHEN match(toString(t.`age`), '^[ \\t]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[ \\t]*$') THEN 0 ELSE 4 END AS s0,
    CASE WHEN match(toString(t.`age`), '^[ \\t]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[ \\t]*$') THEN toFloat64OrNull(trim(toString(t.`age`))) END AS x0,
    CASE WHEN t.`p` IS NULL THEN 1 WHEN toString(t.`p`) = '' THEN 3 WHEN lower(toString(t.`p`)) = 'nan' THEN 2 WHEN match(toString(t.`p`), '^[ \\t]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[ \\t]*$') THEN 0 ELSE 4 END AS s1,
    CASE WHEN match(toString(t.`p`), '^[ \\t]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[ \\t]*$') THEN toFloat64OrNull(trim(toString(t.`p`))) END AS x1,
    CASE WHEN t.`w` IS NULL THEN 1 WHEN toString(t.`w`) = '' THEN 3 WHEN lower(toString(t.`w`)) = 'nan' THEN 2 WHEN match(toString(t.`w`), '^[ \\t]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[ \\t]*$') THEN 0 ELSE 4 END AS s2,
    CASE WHEN match(toString(t.`w`), '^[ \\t]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[ \\t]*$') THEN toFloat64OrNull(trim(toString(t.`w`))) END AS x2,
    toString(t.`sex`) AS a0,
    toString(t.`sent`) AS decision,
    toString(t.`bought`) AS label
  FROM `lake`.`scores` AS t
  WHERE (toString(t.`channel`) = 'e-mail\'s' AND ((CASE WHEN match(toString(t.`age`), '^[ \\t]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[ \\t]*$') THEN toFloat64OrNull(trim(toString(t.`age`))) END) >= toFloat64(18) OR t.`age` IS NULL) AND (NOT (toString(t.`country`) = 'DE' OR toString(t.`country`) = 'AT')))
) AS r
GROUP BY 1, 2, 3, 4, 5
