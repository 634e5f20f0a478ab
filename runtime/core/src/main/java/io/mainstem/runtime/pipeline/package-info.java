/** Pipeline files: reads the YAML, keeps where each key stands, and reports every problem at once. */
@NullMarked
package io.mainstem.runtime.pipeline;

import org.jspecify.annotations.NullMarked;
