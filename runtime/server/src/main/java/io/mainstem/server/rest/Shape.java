package io.mainstem.server.rest;

import java.util.Arrays;
import java.util.List;

/** What a value in an answer looks like. Immutable. */
public sealed interface Shape {

    /** A text. */
    static Shape text() {
        return Scalar.TEXT;
    }

    /** A whole number of at most 64 bits. */
    static Shape integer() {
        return Scalar.INTEGER;
    }

    /** Any number. */
    static Shape number() {
        return Scalar.NUMBER;
    }

    /** True or false. */
    static Shape flag() {
        return Scalar.FLAG;
    }

    /** Any JSON. */
    static Shape any() {
        return Scalar.ANY;
    }

    /** A list of values of one shape. */
    static Shape list(Shape element) {
        return new ListOf(element);
    }

    /**
     * An object.
     *
     * @param name what it is called in the document; one name has one shape
     */
    static Shape object(String name, String doc, Property... properties) {
        return new ObjectOf(name, doc, Arrays.asList(properties));
    }

    /** The shapes without parts. */
    enum Scalar implements Shape {
        /** See {@link Shape#text()}. */
        TEXT,
        /** See {@link Shape#integer()}. */
        INTEGER,
        /** See {@link Shape#number()}. */
        NUMBER,
        /** See {@link Shape#flag()}. */
        FLAG,
        /** See {@link Shape#any()}. */
        ANY
    }

    /**
     * See {@link Shape#list}.
     *
     * @param element the shape of each
     */
    record ListOf(Shape element) implements Shape {}

    /**
     * See {@link Shape#object}.
     *
     * @param name its name
     * @param doc what it is
     * @param properties its parts
     */
    record ObjectOf(String name, String doc, List<Property> properties) implements Shape {

        /** Copies the list. */
        public ObjectOf {
            Documented.require(name, "the name of a shape");
            Documented.require(doc, "the documentation of " + name);
            properties = List.copyOf(properties);
        }
    }

    /**
     * A part of an object.
     *
     * @param name its name
     * @param shape what it looks like
     * @param doc what it means
     * @param isOptional whether it may be left out
     */
    record Property(String name, Shape shape, String doc, boolean isOptional) {

        /** Checks that it is documented. */
        public Property {
            Documented.require(doc, "the documentation of property " + name);
        }

        /** A part that is always there. */
        public static Property required(String name, Shape shape, String doc) {
            return new Property(name, shape, doc, false);
        }

        /** A part that may be left out. */
        public static Property optional(String name, Shape shape, String doc) {
            return new Property(name, shape, doc, true);
        }
    }
}
