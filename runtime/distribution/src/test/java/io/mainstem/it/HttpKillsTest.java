package io.mainstem.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workers that are killed while they crawl, and while they send. {@code -Dhttp.kills=20} is the long form, of 200 pages and 50,000
 * posts; {@code -Dhttp.seed} repeats one.
 */
final class HttpKillsTest {

    private static final int LONG = 20;

    private final int kills = Integer.getInteger("http.kills", 2);
    private final boolean isLong = kills >= LONG;
    private final long seed = Long.getLong("http.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    Path folder;

    private PublicApi api;

    @BeforeEach
    void open() throws IOException {
        api = new PublicApi();
    }

    @AfterEach
    void close() {
        api.close();
    }

    /** Starts a pipeline and kills it after some more of what is counted, again and again; then lets it come to its end. */
    private void runThroughKills(String file, AtomicInteger counted, int all) throws Exception {
        Mainstem mainstem = Mainstem.in(folder);
        int most = all * 3 / 4 / (kills + 1);
        for (int kill = 0; kill < kills; kill++) {
            int until = counted.get() + 1 + random.nextInt(most);
            Mainstem.Running running = mainstem.start("run", file);
            Waiting.until(
                    Duration.ofSeconds(60),
                    () -> counted.get() >= until || !running.isAlive(),
                    () -> "nothing comes: " + counted);
            assertThat(running.isAlive())
                    .as("killed before its end, seed %s", seed)
                    .isTrue();
            running.kill().endsWithin(Duration.ofSeconds(20));
        }
        Mainstem.Outcome end = mainstem.run("run", file);
        assertThat(end.exitCode()).as("seed %s: %s", seed, end).isZero();
        System.out.println(file + ": seed " + seed + ", " + kills + " kills, " + counted + " of " + all + " counted");
    }

    @Test
    void aCrawlThatIsKilledLosesNothingAndPublishesNothingTwice() throws Exception {
        int pages = isLong ? 200 : 80;
        AtomicInteger asked = new AtomicInteger();
        api.on("/items", (exchange, query) -> {
            asked.incrementAndGet();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(isLong ? 40 : 20));
            int page = Integer.parseInt(query.get("page"));
            return page > pages
                    ? "[]"
                    : IntStream.rangeClosed(page * 20 - 19, page * 20)
                            .mapToObj(id -> "{\"id\": " + id + "}")
                            .collect(Collectors.joining(",", "[", "]"));
        });
        Files.writeString(folder.resolve("crawl.yaml"), """
                name: crawl
                sources:
                  api:
                    connector: http
                    topic: items
                    schedule: once
                    options:
                      url: %s/items
                      paginate: page
                      page-parameter: page
                      columns: {id: int64 not null}
                """.formatted(api.url()));
        runThroughKills("crawl.yaml", asked, pages);
        List<Integer> ids = new ArrayList<>();
        Matcher matcher = Pattern.compile("\"id\" ?: ?(\\d+)")
                .matcher(Mainstem.in(folder).run("consume", "items", "--full").out());
        while (matcher.find()) {
            ids.add(Integer.valueOf(matcher.group(1)));
        }
        assertThat(ids).as("seed %s", seed).hasSize(pages * 20).doesNotHaveDuplicates();
    }

    /** Each body by its record, and the names under which it came. */
    private final Map<Integer, Set<String>> names = new ConcurrentHashMap<>();

    private final AtomicInteger posts = new AtomicInteger();

    /** Takes the body, and now and then fails after that. */
    private int take(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        int id = Integer.parseInt(body.replaceAll("\\D", ""));
        names.computeIfAbsent(id, none -> ConcurrentHashMap.newKeySet())
                .add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
        return posts.incrementAndGet() % 2_000 == 0 ? 500 : 200;
    }

    @Test
    void everythingThatIsSentThroughKillsArrivesUnderOneName() throws Exception {
        int records = isLong ? 50_000 : 5_000;
        api.takes("/in", this::take);
        Files.writeString(
                folder.resolve("rows.csv"),
                IntStream.rangeClosed(1, records)
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining("\n", "id\n", "\n")));
        Files.writeString(folder.resolve("send.yaml"), """
                name: send
                sources:
                  rows: {connector: file, topic: rows, options: {path: rows.csv, columns: {id: int64 not null}, key: [id]}}
                sinks:
                  api:
                    connector: http
                    topics: [rows]
                    options: {url: "%s/in", concurrency: 16}
                """.formatted(api.url()));
        runThroughKills("send.yaml", posts, records);
        assertThat(names).as("nothing is lost, seed %s", seed).hasSize(records);
        assertThat(names.values()).as("one name each, seed %s", seed).allMatch(all -> all.size() == 1);
        assertThat(names.values().stream().flatMap(Set::stream).distinct().count())
                .as("no name twice, seed %s", seed)
                .isEqualTo(records);
    }
}
