// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.virtmover.failure.VirtMoverException;
import java.util.List;
import java.util.Optional;

/**
 * What a command found out.
 *
 * @param report for {@code --json}
 * @param lines for people
 * @param failure set where the report itself is bad news
 */
record Outcome(JsonNode report, List<String> lines, Optional<VirtMoverException> failure) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Good news; the report is JSON, or records of simple values that become JSON. */
  static Outcome good(Object report, List<String> lines) {
    return new Outcome(JSON.valueToTree(report), lines, Optional.empty());
  }
}
