package io.mainstem.connectors.http.source;

import io.mainstem.api.Poll;
import io.mainstem.api.RetryException;
import io.mainstem.api.StopException;
import io.mainstem.connectors.http.client.HttpReply;
import io.mainstem.connectors.http.client.HttpRequest;
import io.mainstem.connectors.http.client.HttpSession;
import io.mainstem.connectors.http.client.Wait;
import io.mainstem.connectors.http.client.WaitException;
import java.util.Optional;

/** Fetches the pages of one partition of a stream. One thread. */
final class PageSource {

    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private final StreamSettings settings;
    private final HttpSession session;
    private final Pagination pagination;
    private final PageRequests requests;

    PageSource(StreamSettings settings, Partition partition, HttpSession session) {
        this.settings = settings;
        this.session = session;
        this.pagination = new Pagination(settings);
        this.requests = new PageRequests(settings, partition, pagination);
    }

    Pagination pagination() {
        return pagination;
    }

    PageRequests requests() {
        return requests;
    }

    /** The page that comes next; empty when the server says that nothing has changed, or that there is nothing. */
    Optional<OpenPage> open(Progress progress) throws WaitException, InterruptedException {
        HttpReply reply = session.send(conditional(requests.page(progress), progress));
        if (reply.status() == NOT_MODIFIED || reply.status() == NO_CONTENT || isMissing(reply)) {
            reply.close();
            return Optional.empty();
        }
        check(reply);
        return Optional.of(new OpenPage(reply, settings, pagination));
    }

    /** That a first page is the same says nothing of the others, unless the newest come first or there are none. */
    private HttpRequest conditional(HttpRequest request, Progress progress) {
        if (progress.index > 0 || progress.skip > 0 || !isAll()) {
            return request;
        }
        HttpRequest conditional = request;
        if (progress.etag.isPresent()) {
            conditional = conditional.header("If-None-Match", progress.etag.get());
        }
        return progress.modified.isPresent()
                ? conditional.header("If-Modified-Since", progress.modified.get())
                : conditional;
    }

    private boolean isAll() {
        return settings.get(SourceOptions.PAGINATE) == SourceOptions.Paginate.NONE
                || settings.get(SourceOptions.NEWEST_FIRST);
    }

    private boolean isMissing(HttpReply reply) {
        return (reply.status() == 404 || reply.status() == 410)
                && settings.get(SourceOptions.ON_MISSING) == SourceOptions.OnMissing.SKIP;
    }

    /** What a server refuses is not asked for again and again. */
    static void check(HttpReply reply) {
        if (reply.isSuccess()) {
            return;
        }
        try (reply) {
            throw new StopException("http.status", reply + ": " + reply.excerpt(), advice(reply.status()));
        }
    }

    private static String advice(int status) {
        return switch (status) {
            case 401 -> "Check 'auth' and its credentials.";
            case 403 -> "Check what these credentials may do at that server.";
            case 404, 410 -> "Check 'url'; for a parent that may be gone, set 'on-missing: skip'.";
            default -> "Correct the request that the server refuses.";
        };
    }

    /** For a reader that is to come again. */
    static Poll poll(Wait wait) {
        return wait.isRefused() ? Poll.refused(wait.time(), wait.why()) : Poll.waiting(wait.time(), wait.why());
    }

    /** For those who cannot come again later themselves. */
    static RetryException later(WaitException wait) {
        return new RetryException(wait.pause().why(), wait, wait.time());
    }
}
