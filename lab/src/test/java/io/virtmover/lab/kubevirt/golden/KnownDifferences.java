// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import io.virtmover.lab.kubevirt.Quirks;
import java.util.Map;

/** What of a recording is not compared, or needs a quirk, and why. */
final class KnownDifferences {
  /** The order of writes of two backups that race for one VMI; each one's own life is compared. */
  private static final Map<String, String> ORDER =
      Map.of(
          "second-vmb-other-source.yaml",
          "two backups act on the same VMI change; which one is first is chance",
          "second-vmb-other-tracker.yaml",
          "two backups act on the same VMI change; which one is first is chance",
          "v1.8.4/second-vmb-other-tracker.yaml",
          "the end of the first and the begin of the second backup overlap",
          "v1.8.4/pull-failed.yaml",
          "the recording is shortened where the export is made again and again");

  private KnownDifferences() {}

  static boolean isOrderCompared(RecordedScenario scenario) {
    return !ORDER.containsKey(scenario.file());
  }

  /** Whether the versions of an object have to come in the order of the recording. */
  static boolean isCompared(RecordedScenario scenario, String key) {
    var racing = scenario.file().startsWith("second-vmb-other") && key.equals("VMI vm1");
    return !racing && !isUnordered(scenario, key);
  }

  /** In this recording export objects come and go dozens of times and were left out. */
  static boolean isUnordered(RecordedScenario scenario, String key) {
    return scenario.file().equals("v1.8.4/pull-failed.yaml")
        && !key.startsWith("VMB ")
        && !key.startsWith("VMBT ")
        && !key.startsWith("VMI ");
  }

  /** The switches a recording needs because it shows a matter of timing. */
  static Quirks quirks(RecordedScenario scenario) {
    return switch (scenario.file()) {
      case "pull-export-recreated.yaml" -> new Quirks(false, true, false, false);
      case "v1.8.4/pull-failed.yaml" -> new Quirks(false, false, true, false);
      case "pull-incremental.yaml" -> new Quirks(false, false, false, true);
      default -> Quirks.NONE;
    };
  }
}
