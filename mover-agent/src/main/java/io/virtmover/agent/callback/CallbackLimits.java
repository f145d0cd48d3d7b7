// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.callback;

import java.time.Duration;

/**
 * How often the controller is told, and how patiently.
 *
 * @param pause between two posts of progress
 * @param connect for a connection to be made
 * @param idle without a byte of the answer
 * @param post from the beginning of a post to the last byte of its answer
 * @param result for the result to be delivered, however often it is tried
 * @param canceledResult likewise, once a signal has come: soon after, the process is ended
 */
record CallbackLimits(
    Duration pause,
    Duration connect,
    Duration idle,
    Duration post,
    Duration result,
    Duration canceledResult) {
  static CallbackLimits usual() {
    return new CallbackLimits(
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(2));
  }
}
