package io.mainstem.server.rest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One thing that can be asked over HTTP, with its documentation. Immutable; its handler is called by several threads at once.
 */
public final class Route {

    /** The methods there are. */
    public enum Method {
        /** Reads. */
        GET,
        /** Changes something, or sends something to be looked at; needs a token. */
        POST
    }

    /** Answers a call. */
    public interface Handler {

        /**
         * Answers. Never calls a plugin: a connector that hangs must not take a thread of the server.
         *
         * @throws Problem what is wrong with the call
         * @throws Exception what nobody planned for
         */
        Answer handle(Call call) throws Exception;
    }

    /**
     * Something in a call, by name.
     *
     * @param name its name
     * @param doc what it means
     */
    public record Parameter(String name, String doc) {

        /** Checks that it is documented. */
        public Parameter {
            Documented.require(doc, "the documentation of parameter " + name);
        }
    }

    /**
     * What a call sends.
     *
     * @param contentType its type
     * @param shape what it looks like
     * @param doc what it means
     */
    public record Body(String contentType, Shape shape, String doc) {

        /** Checks that it is documented. */
        public Body {
            Documented.require(doc, "the documentation of the body");
        }
    }

    /** Who may ask. */
    private enum Access {
        /** Everybody, also from outside. */
        ALL,
        /** Everybody on this machine; from outside, who has a token or a certificate. */
        READER,
        /** Who has a token. */
        TOKEN,
        /** Who has the token that the worker has made for its own user. */
        OWN_TOKEN
    }

    private static final String JSON = "application/json";

    private final Method method;
    private final String path;
    private final List<String> segments;
    private final String operation;
    private final String summary;
    private final Shape answer;
    private final String answerType;
    private final List<Parameter> pathParameters;
    private final List<Parameter> queryParameters;
    private final Optional<Body> body;
    private final Map<Integer, String> refusals;
    private final Access access;
    private final Handler handler;

    private Route(
            Method method,
            String path,
            String operation,
            String summary,
            Shape answer,
            String answerType,
            List<Parameter> pathParameters,
            List<Parameter> queryParameters,
            Optional<Body> body,
            Map<Integer, String> refusals,
            Access access,
            Handler handler) {
        this.method = method;
        this.path = path;
        this.segments = Arrays.asList(path.substring(1).split("/"));
        this.operation = Documented.require(operation, "the operation of " + path);
        this.summary = Documented.require(summary, "the summary of " + operation);
        this.answer = answer;
        this.answerType = answerType;
        this.pathParameters = pathParameters;
        this.queryParameters = queryParameters;
        this.body = body;
        this.refusals = refusals;
        this.access = access;
        this.handler = handler;
    }

    /**
     * A route that reads.
     *
     * @param path begins with a slash; a part in braces is a parameter, which {@link #path(String, String)} documents
     * @param operation its name in the document, in camel case
     * @param summary what it does, a sentence
     */
    public static Route get(String path, String operation, String summary, Shape answer, Handler handler) {
        return route(Method.GET, path, operation, summary, answer, handler);
    }

    /** A route that changes something, or that is sent something. */
    public static Route post(String path, String operation, String summary, Shape answer, Handler handler) {
        return route(Method.POST, path, operation, summary, answer, handler);
    }

    private static Route route(
            Method method, String path, String operation, String summary, Shape answer, Handler handler) {
        return new Route(
                method,
                path,
                operation,
                summary,
                answer,
                JSON,
                List.of(),
                List.of(),
                Optional.empty(),
                Map.of(),
                method == Method.POST ? Access.TOKEN : Access.READER,
                handler);
    }

    /** The same, documenting a parameter of its path. */
    public Route path(String name, String doc) {
        return copy(answerType, and(pathParameters, new Parameter(name, doc)), queryParameters, body, refusals, access);
    }

    /** The same with a parameter behind the question mark. */
    public Route query(String name, String doc) {
        return copy(answerType, pathParameters, and(queryParameters, new Parameter(name, doc)), body, refusals, access);
    }

    /** The same, taking a body. */
    public Route body(String contentType, Shape shape, String doc) {
        return copy(
                answerType,
                pathParameters,
                queryParameters,
                Optional.of(new Body(contentType, shape, doc)),
                refusals,
                access);
    }

    /** The same, which may also answer with this status and a problem. */
    public Route refusing(int status, String when) {
        Map<Integer, String> more = new TreeMap<>(refusals);
        more.put(status, Documented.require(when, "the reason of status " + status));
        return copy(answerType, pathParameters, queryParameters, body, more, access);
    }

    /** The same, answering with something else than JSON. */
    public Route answering(String contentType) {
        return copy(contentType, pathParameters, queryParameters, body, refusals, access);
    }

    /** The same for everybody, also outside of the loopback address: it must tell nothing but whether the worker is well. */
    public Route openToAll() {
        return copy(answerType, pathParameters, queryParameters, body, refusals, Access.ALL);
    }

    /** The same for who has a token alone, because it shows data of users. */
    public Route withToken() {
        return copy(answerType, pathParameters, queryParameters, body, refusals, Access.TOKEN);
    }

    /**
     * The same for who has the token that the worker has made for its own user, because it lets the caller do what that user may,
     * such as to read files.
     */
    public Route withOwnToken() {
        return copy(answerType, pathParameters, queryParameters, body, refusals, Access.OWN_TOKEN);
    }

    private Route copy(
            String type,
            List<Parameter> inPath,
            List<Parameter> inQuery,
            Optional<Body> sent,
            Map<Integer, String> refused,
            Access who) {
        return new Route(method, path, operation, summary, answer, type, inPath, inQuery, sent, refused, who, handler);
    }

    private static <T> List<T> and(List<T> list, T more) {
        List<T> both = new ArrayList<>(list);
        both.add(more);
        return List.copyOf(both);
    }

    /** How it is asked. */
    public Method method() {
        return method;
    }

    /** Its path, with parameters in braces. */
    public String path() {
        return path;
    }

    /** Its name. */
    public String operation() {
        return operation;
    }

    /** What its answer looks like. */
    public Shape answer() {
        return answer;
    }

    String summary() {
        return summary;
    }

    String answerType() {
        return answerType;
    }

    List<String> segments() {
        return segments;
    }

    List<Parameter> pathParameters() {
        return pathParameters;
    }

    List<Parameter> queryParameters() {
        return queryParameters;
    }

    Optional<Body> body() {
        return body;
    }

    Map<Integer, String> refusals() {
        return refusals;
    }

    boolean isOpenToAll() {
        return access == Access.ALL;
    }

    boolean needsToken() {
        return access == Access.TOKEN || access == Access.OWN_TOKEN;
    }

    boolean needsOwnToken() {
        return access == Access.OWN_TOKEN;
    }

    boolean changes() {
        return method == Method.POST;
    }

    Handler handler() {
        return handler;
    }
}
