// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** An open pull backup: one point in time behind QEMU's NBD server until it is closed. */
public final class PullBackup implements AutoCloseable {
  private final LabVm vm;
  private final String vmBackup;
  private final String checkpoint;
  private final boolean incremental;
  private final Path scratch;
  private final Path socket;

  PullBackup(
      LabVm vm,
      String vmBackup,
      String checkpoint,
      boolean incremental,
      Path scratch,
      Path socket) {
    this.vm = vm;
    this.vmBackup = vmBackup;
    this.checkpoint = checkpoint;
    this.incremental = incremental;
    this.scratch = scratch;
    this.socket = socket;
  }

  public LabVm vm() {
    return vm;
  }

  public String vmBackup() {
    return vmBackup;
  }

  public String checkpoint() {
    return checkpoint;
  }

  public boolean isIncremental() {
    return incremental;
  }

  /** QEMU's NBD socket; an export is named like its volume. */
  public Path socket() {
    return socket;
  }

  @Override
  public void close() {
    vm.endPull(checkpoint);
    try (var files = Files.walk(scratch)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
