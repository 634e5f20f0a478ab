/** The test suite that every implementation of the log passes; subclasses only say how to open one. */
@NullMarked
package io.mainstem.log.contract;

import org.jspecify.annotations.NullMarked;
