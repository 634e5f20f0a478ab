package io.mainstem.server.rest;

/** A call that is not carried out: becomes {@code application/problem+json} (RFC 9457). */
public final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String type;
    private final String whatToDo;

    /**
     * A problem.
     *
     * @param status the status of HTTP
     * @param type what kind of problem it is, for programs; never changes
     * @param detail what happened, to which thing
     * @param whatToDo what to do next
     */
    public Problem(int status, String type, String detail, String whatToDo) {
        super(detail, null, false, false);
        this.status = status;
        this.type = type;
        this.whatToDo = Documented.require(whatToDo, "what to do about " + type);
    }

    /** The call is wrong. */
    public static Problem badRequest(String detail, String whatToDo) {
        return new Problem(400, "bad-request", detail, whatToDo);
    }

    /** There is no such thing. */
    public static Problem notFound(String detail, String whatToDo) {
        return new Problem(404, "not-found", detail, whatToDo);
    }

    /** The thing is in a state that does not allow it. */
    public static Problem conflict(String detail, String whatToDo) {
        return new Problem(409, "conflict", detail, whatToDo);
    }

    int status() {
        return status;
    }

    String type() {
        return type;
    }

    /** What happened. */
    String detail() {
        return String.valueOf(getMessage());
    }

    /** What to do next. */
    public String whatToDo() {
        return whatToDo;
    }
}
