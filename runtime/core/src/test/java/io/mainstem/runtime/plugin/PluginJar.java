package io.mainstem.runtime.plugin;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject.Kind;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles classes and packs them into the jar of a plugin. */
final class PluginJar {

    private final Path work;
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, String> files = new LinkedHashMap<>();

    PluginJar(Path work) {
        this.work = work;
    }

    /** A plugin of one source, which says what it sees. */
    static PluginJar example(Path work, String name) {
        return new PluginJar(work).descriptor(name, "1", "example.Main").source("example.Main", exampleSource(name));
    }

    static String exampleSource(String connector) {
        return """
                package example;
                import io.mainstem.api.*;
                import java.util.List;
                public final class Main implements Plugin {
                    public Main() { System.setProperty("started.%1$s", "yes"); }
                    public List<Factory<?>> factories() { return List.of(new Reads()); }
                    static final class Reads implements SourceFactory {
                        public String name() { return "%1$s"; }
                        public String summary() {
                            return Thread.currentThread().getContextClassLoader() == Main.class.getClassLoader()
                                ? "at home" : "abroad";
                        }
                        public ConfigSpec config() { return ConfigSpec.of(); }
                        public Capabilities capabilities(Config config) { return Capabilities.of(); }
                        public Source create(Config config, Context context) throws Exception {
                            throw new IllegalStateException(String.valueOf(Class.forName(context.name()).getClassLoader()));
                        }
                    }
                }
                """.formatted(connector);
    }

    PluginJar descriptor(String name, String api, String className) {
        return file(
                PluginDescriptor.FILE, "name=" + name + "\nversion=1.2\napi=" + api + "\nclass=" + className + "\n");
    }

    PluginJar source(String className, String text) {
        sources.put(className, text);
        return this;
    }

    PluginJar file(String path, String text) {
        files.put(path, text);
        return this;
    }

    void write(Path jar) throws IOException {
        Path classes = Files.createTempDirectory(work, "classes");
        if (!sources.isEmpty()) {
            compile(classes);
        }
        Files.createDirectories(jar.getParent());
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out);
                Stream<Path> compiled = Files.walk(classes)) {
            for (Path file : compiled.filter(Files::isRegularFile).toList()) {
                entry(zip, classes.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
            }
            for (Map.Entry<String, String> file : files.entrySet()) {
                entry(zip, file.getKey(), file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    private void compile(Path classes) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<SimpleJavaFileObject> units = sources.entrySet().stream()
                .map(source -> unit(source.getKey(), source.getValue()))
                .toList();
        List<String> options = List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
        if (!compiler.getTask(null, null, null, options, null, units).call()) {
            throw new AssertionError("the example does not compile");
        }
    }

    private static SimpleJavaFileObject unit(String className, String text) {
        URI uri = URI.create("string:///" + className.replace('.', '/') + Kind.SOURCE.extension);
        return new SimpleJavaFileObject(uri, Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }
}
