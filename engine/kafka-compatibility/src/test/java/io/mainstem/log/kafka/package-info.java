/** Kafka's own tools on our files, and ours on the files of a broker. */
package io.mainstem.log.kafka;
