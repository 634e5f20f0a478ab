package io.mainstem.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mainstem.api.Config;
import io.mainstem.api.Context;
import io.mainstem.api.SourceFactory;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PluginLoaderTest {

    @TempDir
    Path work;

    private Path plugins;

    @BeforeEach
    void createFolder() throws IOException {
        plugins = Files.createDirectory(work.resolve("plugins"));
    }

    private Path jar(String plugin) {
        return plugins.resolve(plugin).resolve("lib").resolve(plugin + ".jar");
    }

    private void install(String name) throws IOException {
        PluginJar.example(work, name).write(jar(name));
    }

    @Test
    void aPluginThatIsNotAskedStaysAsleep() throws IOException {
        install("awake");
        install("asleep");

        try (PluginCatalog catalog = PluginLoader.load(plugins)) {
            assertThat(catalog.source("awake")).isPresent();
            assertThat(System.getProperty("started.awake")).isEqualTo("yes");
            assertThat(System.getProperty("started.asleep")).isNull();
            assertThat(catalog.sourceNames()).containsExactly("asleep", "awake");
        }
    }

    @Test
    void aConnectorMayHaveAnotherNameThanItsPlugin() throws IOException {
        new PluginJar(work)
                .descriptor("bundle", "1", "example.Main")
                .source("example.Main", PluginJar.exampleSource("inside"))
                .write(jar("bundle"));

        try (PluginCatalog catalog = PluginLoader.load(plugins)) {
            assertThat(catalog.source("inside")).isPresent();
            assertThat(catalog.descriptions()).singleElement().satisfies(description -> {
                assertThat(description.plugin()).isEqualTo("bundle");
                assertThat(description.version()).isEqualTo("1.2");
                assertThat(description.name()).isEqualTo("inside");
            });
        }
    }

    @Test
    void aPluginSeesTheApiTheJdkAndItselfButNotTheWorker() throws Exception {
        PluginJar.example(work, "eyes")
                .source("org.assertj.Own", "package org.assertj; public class Own {}")
                .source("javax.inject.Own", "package javax.inject; public class Own {}")
                .write(jar("eyes"));
        new PluginJar(work)
                .source("driver.Extra", "package driver; public class Extra {}")
                .write(plugins.resolve("eyes").resolve("ext").resolve("driver.jar"));

        try (PluginCatalog catalog = PluginLoader.load(plugins)) {
            SourceFactory factory = catalog.source("eyes").orElseThrow();
            String own = factory.getClass().getClassLoader().toString();
            assertThat(seenBy(factory, "io.mainstem.api.Row"))
                    .isEqualTo(SourceFactory.class.getClassLoader().toString());
            assertThat(seenBy(factory, "org.slf4j.Logger")).isNotEqualTo(own);
            assertThat(seenBy(factory, "org.assertj.Own")).isEqualTo(own);
            assertThat(seenBy(factory, "javax.inject.Own")).isEqualTo(own);
            assertThat(seenBy(factory, "driver.Extra")).isEqualTo(own);
            assertThat(seenBy(factory, "javax.sql.DataSource")).contains("PlatformClassLoader");
            assertThatThrownBy(() -> seenBy(factory, "org.assertj.core.api.Assertions"))
                    .isInstanceOf(ClassNotFoundException.class);
            assertThatThrownBy(() -> seenBy(factory, "io.mainstem.runtime.plugin.PluginLoader"))
                    .isInstanceOf(ClassNotFoundException.class);
            assertThat(PluginClassLoading.<String>with(factory, factory::summary))
                    .isEqualTo("at home");
            assertThat(factory.summary()).isEqualTo("abroad");
        }
    }

    /** The loader of a class, as the plugin finds it. */
    private static String seenBy(SourceFactory factory, String className) throws Exception {
        try {
            factory.create(Config.of(Map.of()), new NamedContext(className)).close();
            throw new AssertionError("the example always stops");
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private record NamedContext(String name) implements Context {
        @Override
        public String pipeline() {
            return "p";
        }

        @Override
        public System.Logger logger() {
            return System.getLogger("test");
        }

        @Override
        public Clock clock() {
            return Clock.systemUTC();
        }

        @Override
        public Path resolve(String path) {
            return Path.of(path);
        }

        @Override
        public void rediscover() {}

        @Override
        public <S extends AutoCloseable> S shared(Object key, Supplier<S> open) {
            return open.get();
        }
    }

    @Test
    void whatIsWrongWithOnePluginIsSaidAndTheOthersWork() throws IOException {
        install("good");
        Files.createDirectories(plugins.resolve("bare"));
        Files.createDirectories(plugins.resolve(".hidden"));
        new PluginJar(work).file("readme", "no descriptor").write(jar("nameless"));
        new PluginJar(work).descriptor("newer", "2", "x.Y").write(jar("newer"));
        new PluginJar(work).descriptor("good", "1", "x.Y").write(jar("namesake"));
        new PluginJar(work).file(PluginDescriptor.FILE, "name=half\n").write(jar("half"));
        Files.createDirectories(jar("torn").getParent());
        Files.writeString(jar("torn"), "no zip");

        try (PluginCatalog catalog = PluginLoader.load(plugins)) {
            assertThat(catalog.source("good")).isPresent();
            assertThat(catalog.problems())
                    .satisfiesExactly(
                            problem -> assertThat(problem).endsWith("bare has no jar in its folder 'lib'"),
                            problem -> assertThat(problem).contains("half says no 'api' in META-INF"),
                            problem -> assertThat(problem).contains("nameless has no jar with META-INF"),
                            problem -> assertThat(problem).contains("namesake has the name 'good' of that in"),
                            problem -> assertThat(problem).contains("newer was made for level 2 of the connector API"),
                            problem -> assertThat(problem).contains("torn has a damaged jar, torn.jar"));
        }
    }

    @Test
    void aPluginThatCannotStartSaysWhy() throws IOException {
        new PluginJar(work).descriptor("lost", "1", "example.Lost").write(jar("lost"));
        new PluginJar(work)
                .descriptor("other", "1", "example.Other")
                .source("example.Other", "package example; public class Other {}")
                .write(jar("other"));
        new PluginJar(work)
                .descriptor("broken", "1", "example.Broken")
                .source(
                        "example.Broken",
                        "package example; import io.mainstem.api.*; public class Broken implements Plugin {"
                                + " public Broken() { throw new IllegalStateException(\"no luck\"); }"
                                + " public java.util.List<Factory<?>> factories() { return java.util.List.of(); } }")
                .write(jar("broken"));
        PluginJar.example(work, "fat").file("io/mainstem/api/Plugin.class", "").write(jar("fat"));

        try (PluginCatalog catalog = PluginLoader.load(plugins)) {
            assertThat(catalog.sourceNames()).isEmpty();
            assertThat(catalog.problems())
                    .satisfiesExactly(
                            problem -> assertThat(problem)
                                    .contains("failed in its constructor: java.lang.IllegalStateException: no luck"),
                            problem -> assertThat(problem).contains("has classes of the connector API in fat.jar"),
                            problem -> assertThat(problem)
                                    .contains("names the class 'example.Lost', which none of its jars has"),
                            problem -> assertThat(problem)
                                    .contains("names the class 'example.Other', which is no io.mainstem.api.Plugin"));
            assertThatThrownBy(() -> catalog.source("anything"))
                    .isInstanceOf(PluginException.class)
                    .hasMessageContaining("there may be a connector 'anything', but a plugin is broken");
        }
    }

    @Test
    void aMissingFolderMeansNoConnectors() throws IOException {
        try (PluginCatalog catalog = PluginLoader.load(work.resolve("nowhere"))) {
            assertThat(catalog.sourceNames()).isEmpty();
            assertThat(catalog.problems()).singleElement().asString().contains("there is no plugin folder");
        }
    }

    @Test
    void aThousandReloadsLeaveNothingBehind() throws IOException {
        install("again");
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();

        for (int i = 0; i < 1_000; i++) {
            loaders.add(loadOnce());
        }

        long left = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 10 && left > 0; attempt++) {
            System.gc();
            left = loaders.stream().filter(loader -> loader.get() != null).count();
        }
        assertThat(left).as("class loaders that are still held").isZero();
    }

    private WeakReference<ClassLoader> loadOnce() throws IOException {
        try (PluginCatalog catalog = PluginLoader.load(plugins)) {
            return new WeakReference<>(
                    catalog.source("again").orElseThrow().getClass().getClassLoader());
        }
    }
}
