// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of commands on {@link TwoBackups} share: each has its own. */
abstract class OnTwoBackups {
  @TempDir Path folder;
  TwoBackups vm;

  @BeforeEach
  void start() {
    vm = new TwoBackups(folder);
  }

  @AfterEach
  void stop() {
    vm.close();
  }
}
