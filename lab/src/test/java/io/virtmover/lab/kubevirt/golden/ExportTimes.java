// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.virtmover.lab.kubevirt.api.GoDuration;
import io.virtmover.lab.kubevirt.golden.Entry.Change;
import io.virtmover.lab.kubevirt.golden.Entry.Version;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;

/**
 * The times of exports, which the comparison leaves out: an export lives for what is left of its
 * backup's time, and its status and its pod show the same end.
 */
final class ExportTimes {
  private static final Duration DEFAULT_TTL = Duration.ofHours(2);

  private ExportTimes() {}

  static void check(List<Version> versions) {
    var backupEnds = new HashMap<String, Instant>();
    var exportEnds = new HashMap<String, Instant>();
    for (var version : versions) {
      if (version.change() == Change.ADDED && version.kind().equals("VMB")) {
        backupEnds.put(version.name(), end(version));
      } else if (version.change() == Change.ADDED && version.kind().equals("VMExport")) {
        exportEnds.put(version.name(), end(version));
        if (Projection.at(version.document(), "metadata", "ownerReferences") != null) {
          assertThat(end(version))
              .as("end of %s", version)
              .isCloseTo(backupEnds.get(version.name()), within(2, ChronoUnit.SECONDS));
        }
      } else if (version.kind().equals("VMExport")
          && Projection.at(version.document(), "status", "ttlExpirationTime")
              instanceof String shown) {
        assertThat(shown).isEqualTo(wholeSeconds(exportEnds.get(version.name())));
      } else if (version.change() == Change.ADDED && version.kind().equals("Pod")) {
        var export = version.name().replace("virt-export-", "");
        assertThat(deadline(version)).isEqualTo(wholeSeconds(exportEnds.get(export)));
      }
    }
  }

  private static Instant end(Version version) {
    var created =
        Instant.parse(
            String.valueOf(Projection.at(version.document(), "metadata", "creationTimestamp")));
    var ttl =
        Projection.at(version.document(), "spec", "ttlDuration") instanceof String text
            ? GoDuration.parse(text)
            : DEFAULT_TTL;
    return created.plus(ttl);
  }

  private static String deadline(Version pod) {
    return Projection.at(pod.document(), "spec", "containers") instanceof List<?> containers
            && Projection.at(containers.getFirst(), "env") instanceof List<?> variables
        ? variables.stream()
            .filter(variable -> "DEADLINE".equals(Projection.at(variable, "name")))
            .map(variable -> String.valueOf(Projection.at(variable, "value")))
            .findFirst()
            .orElse("")
        : "";
  }

  private static String wholeSeconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
