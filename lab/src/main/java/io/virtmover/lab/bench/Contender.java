// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.bench;

import java.util.List;
import java.util.Map;

/**
 * One side of a comparison: its name, what it runs, and the environment that gives it its settings.
 */
record Contender(String name, List<String> command, Map<String, String> environment) {
  /** A line of the shell that ends with the first command that fails. */
  static Contender line(String name, String line, Map<String, String> environment) {
    return new Contender(name, List.of("bash", "-euo", "pipefail", "-c", line), environment);
  }
}
