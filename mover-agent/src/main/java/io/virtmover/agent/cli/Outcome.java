// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.failure.VirtMoverException;
import java.util.List;
import java.util.Optional;

/**
 * What a command found out.
 *
 * @param report for {@code --json}: a record of simple values
 * @param lines for people
 * @param failure set where the report itself is bad news
 */
record Outcome(Object report, List<String> lines, Optional<VirtMoverException> failure) {
  static Outcome good(Object report, List<String> lines) {
    return new Outcome(report, lines, Optional.empty());
  }
}
