package io.mainstem.server.rest;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;

/** A call that a handler answers. For one thread. */
public final class Call {

    /** The most bytes of a body. */
    static final int BODY_BYTES_MAX = 3 << 20;

    private final Map<String, String> path;
    private final Map<String, String> query;
    private final String accept;
    private final InputStream body;

    Call(Map<String, String> path, Map<String, String> query, String accept, InputStream body) {
        this.path = path;
        this.query = query;
        this.accept = accept;
        this.body = body;
    }

    /** A parameter of the path: {@code [A-Za-z0-9._-]{1,249}}, neither {@code .} nor {@code ..}. */
    public String path(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no parameter '" + name + "'");
        }
        return value;
    }

    /** A parameter behind the question mark, if it was given. */
    public Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /** Whether the caller says that it takes this type. */
    public boolean accepts(String contentType) {
        return accept.contains(contentType);
    }

    /**
     * All of the body.
     *
     * @throws Problem when it is larger than bodies may be
     */
    public byte[] body() throws IOException {
        byte[] bytes = body.readNBytes(BODY_BYTES_MAX + 1);
        if (bytes.length > BODY_BYTES_MAX) {
            throw new Problem(
                    413, "too-large", "the body has more than " + BODY_BYTES_MAX + " bytes", "send less at a time");
        }
        return bytes;
    }
}
