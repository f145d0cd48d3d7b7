// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.bench;

import io.virtmover.lab.bench.BenchStore.Way;
import io.virtmover.lab.qemu.DiskHash;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whether a run has done what it is measured for; each throws where it has not. */
final class Checks {
  private static final int DAMAGED = 8;

  private final Clients clients;
  private final MeasuredProgram programs;
  private final BenchStore store;

  Checks(Clients clients, MeasuredProgram programs, BenchStore store) {
    this.clients = clients;
    this.programs = programs;
    this.store = store;
  }

  /** VirtMover's restore of a disk to the target. */
  Contender restoring(String vm, Way way, String backup, String disk) {
    return clients.oursOf(
        vm,
        way,
        "restore",
        "--backup",
        backup,
        "--disk",
        disk,
        "--to",
        programs.target().toString());
  }

  /** What was backed up has this SHA-256, and a changed byte is found. */
  void restored(String vm, String backup, String disk, String hash) {
    var _ = programs.run(restoring(vm, Way.TLS, backup, disk));
    target(hash);
    damageIsFound(vm);
  }

  /** What was backed up is what this qcow2 file holds, and a changed byte is found. */
  void restored(String vm, String backup, String disk, Path qcow2) {
    var restoring = restoring(vm, Way.TLS, backup, disk);
    var words =
        new ArrayList<>(
            List.of(
                "bash",
                "-c",
                "\"$@\" && qemu-img compare -q -f raw -F qcow2 %s %s"
                    .formatted(programs.target(), qcow2),
                "bash"));
    words.addAll(restoring.command());
    var _ = programs.run(new Contender("check", words, restoring.environment()));
    damageIsFound(vm);
  }

  void damageIsFound(String vm) {
    damageIsFound(clients.oursOf(vm, Way.TLS, "verify"));
  }

  /** A byte is changed, and the command has to find it. */
  void damageIsFound(Contender command) {
    store.damage(Clients.PREFIX);
    var code = programs.exitCode(command);
    if (code != DAMAGED) {
      throw wrong("a changed byte was not found (exit code %d)".formatted(code));
    }
  }

  void target(String hash) {
    var target = programs.target();
    var found = DiskHash.sha256(target, target.toFile().length());
    if (!found.equals(hash)) {
      throw wrong("what was restored is not the disk: SHA-256 %s, not %s".formatted(found, hash));
    }
  }

  void came(Path file) {
    came(file.toFile().length());
  }

  void came(long size) {
    var came = store.counters().bodyIn();
    if (size == 0 || came != size) {
      throw wrong("%d bytes came to the store, not %d".formatted(came, size));
    }
  }

  void went(long least) {
    var went = store.counters().bodyOut();
    if (went < least) {
      throw wrong("%d bytes were read, fewer than %d".formatted(went, least));
    }
  }

  static MeasuredProgram.FailedException wrong(String what) {
    return new MeasuredProgram.FailedException(1, what);
  }
}
