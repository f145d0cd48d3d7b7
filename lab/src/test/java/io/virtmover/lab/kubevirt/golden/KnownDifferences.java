// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import io.virtmover.lab.kubevirt.Quirks;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What of a recording is not compared, or needs a quirk, and why. */
final class KnownDifferences {
  /** In this recording export objects come and go dozens of times and were left out. */
  private static final String SHORTENED = "1.8/pull-failed";

  /** Two backups act on the same VMI change; which one is first is chance. */
  private static final Set<String> RACING =
      Set.of("HEAD/second-vmb-other-source", "HEAD/second-vmb-other-tracker");

  /** The order of writes of two backups; each one's own life is compared. */
  private static final Set<String> ORDER =
      union(
          RACING,
          // the end of the first and the begin of the second backup overlap
          Set.of("1.8/second-vmb-other-tracker"),
          Set.of(SHORTENED));

  /** The switches a recording needs because it shows a matter of timing. */
  private static final Map<String, Quirks> QUIRKS =
      Map.of(
          "HEAD/pull-export-recreated",
          new Quirks(false, true, false, false),
          SHORTENED,
          new Quirks(false, false, true, false),
          "HEAD/pull-incremental",
          new Quirks(false, false, false, true));

  private KnownDifferences() {}

  /** The names of all recordings that something is known of. */
  static Set<String> recordings() {
    return union(ORDER, QUIRKS.keySet());
  }

  static boolean isOrderCompared(RecordedScenario scenario) {
    return !ORDER.contains(scenario.name());
  }

  /** Whether the versions of an object have to come in the order of the recording. */
  static boolean isCompared(RecordedScenario scenario, String key) {
    var racing = RACING.contains(scenario.name()) && key.equals("VMI vm1");
    return !racing && !isUnordered(scenario, key);
  }

  /** Whether versions of an object are missing in the recording. */
  static boolean isUnordered(RecordedScenario scenario, String key) {
    return scenario.name().equals(SHORTENED)
        && !key.startsWith("VMB ")
        && !key.startsWith("VMBT ")
        && !key.startsWith("VMI ");
  }

  static Quirks quirks(RecordedScenario scenario) {
    return QUIRKS.getOrDefault(scenario.name(), Quirks.NONE);
  }

  @SafeVarargs
  private static Set<String> union(Set<String>... sets) {
    var all = new TreeSet<String>();
    for (var set : sets) {
      all.addAll(set);
    }
    return all;
  }
}
