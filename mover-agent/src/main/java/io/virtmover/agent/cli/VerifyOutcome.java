// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.Damage;
import io.virtmover.transfer.ReportCodec;
import io.virtmover.transfer.Unusable;
import io.virtmover.transfer.VerifyReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Puts what a verification found into words and JSON. */
final class VerifyOutcome {
  private static final int MOST_LINES = 100;

  private VerifyOutcome() {}

  static Outcome of(VmRef vm, VerifyReport found) {
    return new Outcome(ReportCodec.write(found), lines(vm, found), failure(vm, found));
  }

  private static List<String> lines(VmRef vm, VerifyReport found) {
    var lines = new ArrayList<String>();
    found.damages().stream().limit(MOST_LINES).map(VerifyOutcome::line).forEach(lines::add);
    if (found.damageCount() > MOST_LINES) {
      lines.add("... and %d damages more".formatted(found.damageCount() - MOST_LINES));
    }
    found
        .unusable()
        .forEach(broken -> lines.add("UNUSABLE %s: %s".formatted(name(broken), broken.what())));
    if (found.unverifiable() > 0) {
      lines.add(
          "%d images have no recorded checksums; only their structure was checked"
              .formatted(found.unverifiable()));
    }
    if (found.retagged() > 0) {
      lines.add(
          "%d images have another entity tag than recorded, as in a copied bucket; their checksums decide"
              .formatted(found.retagged()));
    }
    lines.add(
        "%d backups of VM %s verified: %d images, %s read, %d damages, %d backups unusable"
            .formatted(
                found.backups(),
                vm,
                found.images(),
                Sizes.of(found.bytesRead()),
                found.damageCount(),
                found.unusable().size()));
    return lines;
  }

  private static String line(Damage damage) {
    return "DAMAGED disk %s: %s; object %s, byte %d; affects %s"
        .formatted(
            damage.disk(),
            damage.what(),
            damage.object(),
            damage.objectOffset(),
            String.join(", ", damage.backups()));
  }

  private static String name(Unusable unusable) {
    return unusable.backup().isEmpty() ? "all backups" : "backup " + unusable.backup();
  }

  /** Only what this version does not know is no damage. */
  private static Optional<VirtMoverException> failure(VmRef vm, VerifyReport found) {
    if (found.damageCount() == 0 && found.unusable().isEmpty()) {
      return Optional.empty();
    }
    var names = new TreeSet<String>();
    found.damages().forEach(damage -> names.addAll(damage.backups()));
    found
        .unusable()
        .forEach(
            broken -> names.add(broken.backup().isEmpty() ? "any backup of it" : broken.backup()));
    var isUnsupported =
        found.damageCount() == 0
            && found.unusable().stream()
                .allMatch(broken -> broken.kind() == FailureKind.UNSUPPORTED);
    return Optional.of(
        isUnsupported
            ? new VirtMoverException(
                FailureKind.UNSUPPORTED,
                "VM %s: this version cannot verify %s; %s"
                    .formatted(vm, String.join(", ", names), found.unusable().getFirst().what()))
            : new VirtMoverException(
                FailureKind.CORRUPT_BACKUP,
                "VM %s: %d damages found, %d backups unusable; do not rely on %s. The next backup should be a full."
                    .formatted(
                        vm,
                        found.damageCount(),
                        found.unusable().size(),
                        String.join(", ", names))));
  }
}
