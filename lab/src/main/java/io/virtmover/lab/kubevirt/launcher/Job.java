// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.launcher;

import io.virtmover.lab.kubevirt.BackupCommand;
import io.virtmover.lab.qemu.PullBackup;
import io.virtmover.lab.qemu.PushBackup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A VM's backup, running or ended. */
final class Job {
  /** The block jobs behind it. */
  sealed interface Work {
    record Push(PushBackup backup) implements Work {}

    record Pull(PullBackup backup) implements Work {}
  }

  private static final long ROOM = 4 << 20;

  private final BackupCommand.Start start;
  private final String checkpoint;
  private final List<JobReport.Volume> volumes;
  private final Work work;
  private final Path target;
  private final Clock clock;
  private final Instant accepted;
  private volatile boolean isExported;
  private volatile boolean isLost;
  private volatile Optional<JobReport.Ending> ending = Optional.empty();

  Job(
      BackupCommand.Start start,
      String checkpoint,
      List<JobReport.Volume> volumes,
      Work work,
      Path target,
      Clock clock) {
    this.start = start;
    this.checkpoint = checkpoint;
    this.volumes = volumes;
    this.work = work;
    this.target = target;
    this.clock = clock;
    this.accepted = clock.instant();
  }

  String name() {
    return start.backupName();
  }

  boolean is(String backupName, Instant backupStartTime) {
    return name().equals(backupName) && start.backupStartTime().equals(backupStartTime);
  }

  boolean isRunning() {
    return ending.isEmpty();
  }

  /** Waits for the end of the block jobs. */
  void await() {
    var failure =
        switch (work) {
          case Work.Push(var push) -> push.await();
          case Work.Pull(var pull) -> pull.await();
        };
    if (work instanceof Work.Pull(var pull)) {
      pull.close();
    }
    fail(failure);
  }

  private synchronized void fail(Optional<String> failure) {
    if (ending.isEmpty()) {
      ending = Optional.of(new JobReport.Ending(clock.instant(), failure));
    }
  }

  /** Whether the backup volume has no room for another piece of the guest's disks. */
  boolean isVolumeFull() {
    try {
      return Files.getFileStore(target).getUsableSpace() < ROOM;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The scratch volume could not take what the guest overwrote: the point in time is lost. */
  void lose(String reason) {
    isLost = true;
    fail(Optional.of(reason));
    abort();
  }

  /** Given up for the guest; the filter of its jobs may stand in the way of writes for a moment. */
  boolean isLost() {
    return isLost;
  }

  /** A failure of a push, a success of a pull. */
  void abort() {
    switch (work) {
      case Work.Push(var push) -> push.abort();
      case Work.Pull(var pull) -> pull.close();
    }
  }

  /** Connects a pull to its export server. */
  void export() {
    isExported = true;
  }

  /** What an export server reads, from the Export command until the end. */
  Optional<PullBackup> exported() {
    return isExported && isRunning() && work instanceof Work.Pull(var pull)
        ? Optional.of(pull)
        : Optional.empty();
  }

  JobReport report() {
    return new JobReport(
        name(),
        start.backupStartTime(),
        accepted,
        checkpoint,
        volumes,
        start.skipQuiesce() ? "Skipped" : "Succeeded",
        ending);
  }
}
