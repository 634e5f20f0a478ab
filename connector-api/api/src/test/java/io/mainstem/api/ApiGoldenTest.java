package io.mainstem.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The public signatures of the connector API, compared with {@code api.txt}: every change of what connectors are written
 * against is seen in a review. After a wanted change, {@code mvn test -Dgolden.rewrite=true} writes the file anew.
 */
class ApiGoldenTest {

    private static final Path GOLDEN = Path.of("api.txt");

    @Test
    void thePublicApiIsTheOneThatWasReviewed() throws Exception {
        String api = classes().flatMap(ApiGoldenTest::describe).collect(Collectors.joining("\n", "", "\n"));
        if (Boolean.getBoolean("golden.rewrite")) {
            Files.writeString(GOLDEN, api);
        }
        assertThat(api).isEqualTo(Files.readString(GOLDEN));
    }

    private static Stream<Class<?>> classes() throws IOException, URISyntaxException {
        Path root = Path.of(
                Plugin.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<Class<?>> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(root.resolve("io/mainstem/api"))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".class") && !name.equals("package-info.class")) {
                    found.add(load("io.mainstem.api." + name.substring(0, name.length() - ".class".length())));
                }
            }
        }
        return found.stream().filter(ApiGoldenTest::isPublic).sorted(Comparator.comparing(Class::getName));
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isPublic(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && (type.getDeclaringClass() == null || isPublic(type.getDeclaringClass()));
    }

    private static Stream<String> describe(Class<?> type) {
        List<String> lines = new ArrayList<>();
        lines.add(type.toGenericString() + parents(type));
        Stream.of(type.getDeclaredConstructors(), type.getDeclaredFields(), type.getDeclaredMethods())
                .flatMap(Arrays::stream)
                .filter(member -> isApi((Member) member))
                .map(ApiGoldenTest::signature)
                .sorted()
                .map(line -> "    " + line)
                .forEach(lines::add);
        return lines.stream();
    }

    private static String parents(Class<?> type) {
        String parents = Stream.concat(
                        Stream.ofNullable(type.getGenericSuperclass()), Stream.of(type.getGenericInterfaces()))
                .map(parent -> parent.getTypeName())
                .filter(name -> !name.equals("java.lang.Object"))
                .collect(Collectors.joining(", "));
        return parents.isEmpty() ? "" : " : " + parents;
    }

    private static boolean isApi(Member member) {
        return (Modifier.isPublic(member.getModifiers()) || Modifier.isProtected(member.getModifiers()))
                && !member.isSynthetic();
    }

    private static String signature(Object member) {
        if (member instanceof Field field) {
            return field.toGenericString();
        }
        Executable executable = member instanceof Method method ? method : (Constructor<?>) member;
        return executable.toGenericString();
    }
}
