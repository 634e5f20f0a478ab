package io.mainstem.runtime.worker;

import io.mainstem.log.Log;
import io.mainstem.log.LogAdmin;
import io.mainstem.log.LogException;
import io.mainstem.log.PartitionReader;
import io.mainstem.log.Producer;
import io.mainstem.log.Transaction;
import io.mainstem.log.UnknownOutcomeException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Stands between a worker and its log, and counts the calls that change something: at one of them something happens. What changes nothing
 * is no step: who is cut there leaves what the call before has left. Thread-safe.
 */
final class CutLog {

    private static final Set<String> CHANGES = Set.of(
            "producer",
            "createTopic",
            "alterTopic",
            "setLiveGroups",
            "begin",
            "append",
            "send",
            "flush",
            "commitOffsets",
            "commit",
            "abort");
    /** The others are undone by a failure, whether they were made or not. */
    private static final Set<String> LASTING =
            Set.of("producer", "createTopic", "alterTopic", "setLiveGroups", "send", "flush", "commit");

    private static final Set<String> ENDS = Set.of("close", "abort", "wakeup");
    private static final List<Class<?>> HANDED_OUT =
            List.of(LogAdmin.class, Producer.class, Transaction.class, PartitionReader.class);

    private final Cut cut;
    private final int at;
    private int steps;
    private boolean isGone;

    /** What happens at the step. */
    enum Cut {

        /** Neither it nor anything after it reaches the log, as if the process were gone. */
        GONE,
        /** It fails, and those after it do not. */
        FAILS,
        /** It is done, and nobody hears of it. */
        UNANSWERED
    }

    CutLog(Cut cut, int at) {
        this.cut = cut;
        this.at = at;
    }

    /** The log as the worker sees it. */
    Log over(Log log) {
        return (Log) watched(Log.class, log);
    }

    /** Whether it came to that step. */
    synchronized boolean isDone() {
        return steps > at;
    }

    private Object watched(Class<?> type, Object inner) {
        return Proxy.newProxyInstance(
                CutLog.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call(inner, method, arguments));
    }

    private Object call(Object inner, Method method, Object[] arguments) throws Throwable {
        boolean isStep = step(method);
        if (isGone()) {
            if (ENDS.contains(method.getName())) {
                return null;
            }
            throw new LogException("the process is gone");
        }
        if (isStep && cut == Cut.FAILS) {
            throw new LogException("step " + at + " failed, " + method.getName());
        }
        Object result = invoke(inner, method, arguments);
        return isStep ? unanswered(method, result) : handedOut(method, result);
    }

    private static Object invoke(Object inner, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(inner, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Returns whether it is the step, at which the log does something else. */
    private synchronized boolean step(Method method) {
        if (isGone || !steppedAt().contains(method.getName()) || steps++ != at) {
            return false;
        }
        isGone = cut == Cut.GONE;
        return true;
    }

    private Set<String> steppedAt() {
        return cut == Cut.GONE ? CHANGES : LASTING;
    }

    /** Whether nothing reaches the log any more. */
    synchronized boolean isGone() {
        return isGone;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // who made the call gets it
    private Object unanswered(Method method, Object result) {
        UnknownOutcomeException lost = new UnknownOutcomeException("no answer to step " + at + ", " + method.getName());
        if (result instanceof CompletableFuture<?> future) {
            return future.thenApply(any -> {
                throw lost;
            });
        }
        throw lost;
    }

    private Object handedOut(Method method, Object result) {
        return HANDED_OUT.contains(method.getReturnType()) ? watched(method.getReturnType(), result) : result;
    }
}
