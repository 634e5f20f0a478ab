/**
 * Expressions over messages, in the Common Expression Language. A library parses and checks them; the common part of the language
 * is evaluated by nodes of our own, which read a row's values without boxing them.
 */
@NullMarked
package io.mainstem.runtime.expression;

import org.jspecify.annotations.NullMarked;
