/** JMH benchmarks of the log and the codecs. */
@NullMarked
package io.mainstem.benchmarks;

import org.jspecify.annotations.NullMarked;
