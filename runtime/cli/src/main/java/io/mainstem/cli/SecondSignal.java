package io.mainstem.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Ends the process at once at the next SIGTERM or Ctrl-C, while the first is still being answered: the JVM itself would pass
 * over it. By reflection, since the compiler warns of the JDK's class for signals, and there is no other.
 */
final class SecondSignal {

    /** As a shell tells that a signal ended a process. */
    private static final int SIGNALLED = 128;

    private SecondSignal() {}

    /** From now on. Where the JVM has no signals for us, nothing changes. */
    static void endsAtOnce() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Method number = signal.getMethod("getNumber");
            InvocationHandler end = (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    Runtime.getRuntime().halt(SIGNALLED + (int) number.invoke(arguments[0]));
                }
                return method.getReturnType() == int.class ? (Object) System.identityHashCode(proxy) : null;
            };
            Object handling = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, end);
            for (String name : new String[] {"TERM", "INT"}) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), handling);
            }
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // With -Xrs, or on another JVM: the first signal goes on as before.
        }
    }
}
