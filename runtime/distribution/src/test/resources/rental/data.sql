-- Fills the tables with rows that are drawn by a hash, so that they are the same each time.

SET search_path = rental, public;
SET TimeZone = 'UTC';

CREATE FUNCTION pg_temp.draw(salt text, i bigint, below integer) RETURNS integer LANGUAGE sql IMMUTABLE AS
    $$ SELECT abs(('x' || substr(md5(salt || ':' || i), 1, 8))::bit(32)::bigint % below)::integer $$;

INSERT INTO country SELECT i, 'Country ' || i, timestamptz '2006-02-15 04:34:33Z' FROM generate_series(1, 109) i;
INSERT INTO city OVERRIDING SYSTEM VALUE SELECT i, 'City ' || i, 1 + pg_temp.draw('country', i, 109), timestamptz '2006-02-15 04:34:33Z'
    FROM generate_series(1, 600) i;
INSERT INTO address SELECT i, i || ' ''Long'' Street', CASE i % 3 WHEN 0 THEN '' WHEN 1 THEN E'back\\slash\ttab' END, 'District ' || i % 7,
    1 + pg_temp.draw('city', i, 600), left(i || '000  ', 1 + i % 8), '+' || i, CASE WHEN i % 3 > 0 THEN point(i / 7.0, -0.1) END,
    timestamp '2006-02-15 04:45:30' + make_interval(secs => i / 8.0) FROM generate_series(1, 620) i;
INSERT INTO language SELECT i, 'Language ' || i, timestamp '2006-02-15 05:02:19' FROM generate_series(1, 6) i;
INSERT INTO category SELECT i, 'Category ' || i, CASE WHEN i < 9 THEN 17 - i END, timestamp '2006-02-15 04:46:27'
    FROM generate_series(1, 16) i;
INSERT INTO actor OVERRIDING SYSTEM VALUE SELECT i, 'First ' || i, 'Last ' || md5('' || i), timestamptz '2006-02-15 04:34:33Z'
    FROM generate_series(1, 200) i;
INSERT INTO film (film_id, title, description, release_year, language_id, original_language_id, sequel_of, rental_duration,
    rental_rate, length, replacement_cost, rating, shown_as, other_ratings, special_features, tags, poster, last_update)
    SELECT i, 'Film ' || i, CASE WHEN i % 6 > 0 THEN 'A boring drama of ' || i || ' women and dogs' END, 1900 + i % 120, 1 + i % 6,
    CASE WHEN i % 2 = 0 THEN 1 + i % 5 END, CASE WHEN i % 5 = 0 THEN 1 + pg_temp.draw('sequel', i, 1000) END,
    make_interval(days => 3 + i % 5, mins => i % 50), 0.99 + i % 5, 46 + i % 140, CASE WHEN i % 9 > 0 THEN 9.99 + i % 20 END,
    (enum_range(NULL::rating))[1 + i % 5], (enum_range(NULL::rating))[1 + i % 4],
    CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '{}' ELSE ARRAY['R', NULL, 'PG-13']::rating[] END,
    ARRAY['Trailers', 'Deleted Scenes'], CASE WHEN i % 3 = 0 THEN ARRAY['é', NULL, 'a "b", {c}\d', ''] END,
    CASE WHEN i % 2 = 0 THEN ROW(i / 3.0, NULL, 'c"m, (x)')::size END,
    CASE WHEN i < 900 THEN timestamptz '2006-02-15 05:03:42Z' ELSE timestamptz '2007-09-10 17:46:03.905795Z' + make_interval(secs => i) END
    FROM generate_series(1, 1000) i;
INSERT INTO film_actor SELECT DISTINCT 1 + pg_temp.draw('actor', i, 200), 1 + i % 1000, timestamptz '2006-02-15 05:05:03Z'
    FROM generate_series(1, 5000) i;
INSERT INTO film_category SELECT film_id, 1 + film_id % 16, last_update FROM film;
INSERT INTO role SELECT actor_id, film_id, row_number() OVER (PARTITION BY film_id ORDER BY actor_id),
    ARRAY['Role ' || actor_id, ''], int4range(actor_id, actor_id + 9) FROM film_actor WHERE film_id % 3 = 0;
INSERT INTO store SELECT i, 3 - i, i, '09:30:00.5+02', timestamptz '2006-02-15 04:57:12Z' FROM generate_series(1, 2) i;
INSERT INTO staff SELECT i, 'Given', 'Family', 2 + i, decode(repeat(md5('' || i), 3000) || '00ff', 'hex'), 'staff@' || i, 3 - i, i = 1,
    'user' || i, i::bit(12), timestamptz '2006-02-15 03:57:16Z' FROM generate_series(1, 2) i;
INSERT INTO customer OVERRIDING SYSTEM VALUE SELECT i, 1 + i % 2, 'Given ' || i, 'Family', CASE WHEN i % 4 > 0 THEN i || '@x' END,
    5 + i, i % 40 > 0, date '2006-02-14' - i, jsonb_build_object('customer', i, 'limit', 1.50, 'none', null),
    md5('customer' || i)::uuid, timestamptz '2006-02-15 04:57:20Z' FROM generate_series(1, 599) i;
INSERT INTO inventory SELECT i, 1 + pg_temp.draw('copy', i, 1000), 1 + i % 2, timestamptz '2006-02-15 05:09:17Z'
    FROM generate_series(1, 4581) i;
INSERT INTO rental OVERRIDING SYSTEM VALUE SELECT i, timestamptz '2005-05-24 22:53:30Z' + make_interval(mins => 5 * i),
    1 + pg_temp.draw('inventory', i, 4581), 1 + pg_temp.draw('customer', i, 599),
    CASE WHEN i % 90 > 0 THEN timestamptz '2005-06-01 22:53:30Z' + make_interval(mins => 5 * i) END, 1 + i % 2,
    timestamptz '2006-02-15 21:30:53Z' FROM generate_series(1, 8000) i;
INSERT INTO payment OVERRIDING SYSTEM VALUE SELECT i, r.customer_id, r.staff_id, CASE WHEN i % 100 > 0 THEN r.rental_id END,
    0.99 + i % 10, r.rental_date + make_interval(secs => i / 1000000.0) FROM generate_series(1, 8000) i
    JOIN rental r ON r.rental_id = 8001 - i;

INSERT INTO event SELECT CASE pg_temp.draw('kind', i, 3) WHEN 0 THEN 'seen' WHEN 1 THEN 'sold' ELSE 'é🎬 ''x''' END, i,
    timestamp '2024-02-28' + make_interval(secs => i * 61.123), CASE WHEN i % 4 > 0 THEN json_build_object('i', i, 't', E'a\n"b"\\') END
    FROM generate_series(1, 3000) i;
INSERT INTO offer SELECT film_id, daterange(date '2024-01-01' + 31 * n, CASE WHEN n < 2 THEN date '2024-02-01' + 31 * n END),
    pg_temp.draw('offer', film_id, 1000000) / 7.0 FROM film, generate_series(0, 2) n WHERE film_id % 9 = 0;
INSERT INTO reading
    SELECT md5('reading' || i)::uuid, i - 32768 + 65 * i, -2147483648 + i, 9223372036854775807 - i,
    (ARRAY[0.1, -3.4e38, 1.4e-45, 16777217])[1 + i % 4]::real, (ARRAY[0.1, -1.7976931348623157e308, 4.9e-324, 1e15 / 3])[1 + i % 4],
    (ARRAY['0.10', '-123456789012345678901234567890.0123456789', '1e-20', '100000000000000000000'])[1 + i % 4]::numeric,
    i / 7.0, i * 100, (i * 1.01)::numeric::money,
    left('ab c d', i % 6), left('žluťoučký kůň', i % 13), repeat('long ü ', i % 40), chr(65 + i % 26)::"char", 'label_' || i,
    decode(md5('raw' || i) || '00', 'hex'), i::bit(5), left(i::bit(40)::text, i % 41)::varbit,
    date '1970-01-01' + 37 * i, time '00:00:00.000001' * 1 + make_interval(secs => i * 13.5), timetz '12:00:00.25+05:30', timestamp '1971-01-01 23:59:59.999999' + make_interval(hours => 7 * i),
    timestamp '2024-06-01 12:00:00' + make_interval(secs => i), timestamptz '1971-03-28 00:59:59.999999Z' + make_interval(hours => 11 * i),
    make_interval(years => i % 3, months => -i % 5, days => i, secs => i * 0.000001),
    ('10.1.' || i % 256 || '.0/24')::inet, ('2001:db8::' || to_hex(i))::cidr, ('08:00:2b:01:02:' || lpad(to_hex(i % 256), 2, '0'))::macaddr,
    ('08:00:2b:01:02:03:04:' || lpad(to_hex(i % 256), 2, '0'))::macaddr8,
    '{"b": 1,  "a": [1.50, null, "ü"], "a": 2}', ('{"b": ' || i || ', "a": [1.50, null, "ü"]}')::jsonb, to_tsvector('english', 'the films of ' || i),
    'film & !book:*'::tsquery, xmlparse(content '<a b="' || i || '">ü &amp; x</a>'),
    point(i / 3.0, -i), lseg(point(0, 0), point(i, 1)), polygon '((0,0),(1,0),(1,1))', circle(point(1, 1), i),
    int4range(i, NULL), numrange(i / 2.0, i, '(]'), tstzrange('2024-01-01Z', NULL), int4multirange(int4range(1, 3), int4range(7, 7 + i)),
    ARRAY[true, NULL, i % 2 = 0], ARRAY[i, -i], CASE WHEN i % 2 = 0 THEN '{}'::bigint[] END, ARRAY[0.1, 1e300], ARRAY[1.50, NULL, i], ARRAY['a', NULL, '', 'NULL', 'x,"y"\', 'ü'],
    ARRAY['n' || i], ARRAY[date '2024-02-29', NULL], ARRAY[timestamptz '2024-02-29 12:00:00.000001Z'], ARRAY[md5('' || i)::uuid],
    ARRAY['{"a": 1}'::jsonb, NULL], ARRAY['10.0.0.1'::inet, NULL], ARRAY['\x00ff'::bytea, ''::bytea]
    FROM generate_series(1, 500) i;
INSERT INTO reading (reading_id) VALUES ('00000000-0000-0000-0000-000000000000'), ('ffffffff-ffff-ffff-ffff-ffffffffffff');
INSERT INTO login SELECT timestamptz '2024-01-01Z' + make_interval(secs => i / 3), ('192.0.2.' || i % 200)::inet,
    CASE WHEN i % 10 > 0 THEN jsonb_build_object('agent', i % 7) END, make_interval(secs => pg_temp.draw('took', i % 50, 5000) / 1000.0)
    FROM generate_series(1, 4000) i;
INSERT INTO "Rental Shop"."Price ""List""" SELECT i, i / 4.0, CASE WHEN i % 2 = 0 THEN i END, date '2024-01-01' + i, 'a|b,' || i
    FROM generate_series(1, 50) i;
ANALYZE;
