package io.mainstem.api;

/** Makes sinks. */
public interface SinkFactory extends Factory<Sink> {}
