/** The acceptance suite that every connector passes, and the doubles that stand in for the runtime. */
@NullMarked
package io.mainstem.testkit;

import org.jspecify.annotations.NullMarked;
