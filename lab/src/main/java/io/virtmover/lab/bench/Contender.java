// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.bench;

import java.util.List;
import java.util.Map;

/**
 * One side of a comparison.
 *
 * @param command what it runs
 * @param environment what gives it its settings
 * @param before what has to be set right before it runs
 * @param check throws when its last run has not done what it is measured for
 */
record Contender(
    String name,
    List<String> command,
    Map<String, String> environment,
    Runnable before,
    Runnable check) {
  Contender(String name, List<String> command, Map<String, String> environment) {
    this(name, command, environment, () -> {}, () -> {});
  }

  /** A line of the shell that ends with the first command that fails. */
  static Contender line(String name, String line, Map<String, String> environment) {
    return new Contender(name, List.of("bash", "-euo", "pipefail", "-c", line), environment);
  }

  Contender checked(Runnable by) {
    return new Contender(name, command, environment, before, by);
  }

  Contender prepared(Runnable by) {
    return new Contender(name, command, environment, by, check);
  }

  Contender called(String other) {
    return new Contender(other, command, environment, before, check);
  }
}
