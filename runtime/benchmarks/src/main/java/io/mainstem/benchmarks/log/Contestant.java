package io.mainstem.benchmarks.log;

/** One who runs in a race. */
interface Contestant {

    String name();

    /**
     * Runs once, with a state of its own that is as new, and leaves nothing behind.
     *
     * @return what was done in a second, in the race's unit
     */
    double run() throws Exception;

    /** A contestant of that name. */
    static Contestant of(String name, Run run) {
        return new Contestant() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public double run() throws Exception {
                return run.run();
            }
        };
    }

    /** One run. */
    interface Run {
        double run() throws Exception;
    }
}
