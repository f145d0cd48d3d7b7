// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.backup.BackedUpVm;
import io.virtmover.agent.program.VirtMover;
import io.virtmover.lab.s3.VersityGateway;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A bucket for the backups of VM shop/db-01, and its disk d as pushed at two checkpoints. */
final class TwoBackups implements AutoCloseable {
  final VersityGateway s3 = VersityGateway.start();
  final VirtMover virtmover = VirtMover.on(s3);
  final Path full;
  final Path increment;

  TwoBackups(Path folder) {
    full = BackedUpVm.pushed(folder.resolve("full"), 1, Optional.empty());
    increment = BackedUpVm.pushed(folder.resolve("increment"), 2, Optional.of(full));
  }

  /** A full b1 at c1, and an increment b2 at c2. */
  void backUp() {
    virtmover.backup("b1", "c1", "full", full, "--reason", "Requested").report();
    virtmover.backup("b2", "c2", "incremental", increment, "--parent", "c1").report();
  }

  /** What a command about the VM that succeeds says to people. */
  List<String> said(String command, String... words) {
    return saidOfAll(command, ofVm(words));
  }

  /** Likewise, of a command that is not about the VM. */
  List<String> saidOfAll(String command, String... words) {
    var ended = virtmover.runForPeople(command, words);
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    return ended.out().lines().toList();
  }

  static String[] ofVm(String... words) {
    var all = new ArrayList<>(List.of("--vm", "shop/db-01"));
    all.addAll(List.of(words));
    return all.toArray(String[]::new);
  }

  @Override
  public void close() {
    s3.close();
  }
}
