// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.lab.kubevirt.api.Release;
import io.virtmover.lab.kubevirt.golden.Entry.Version;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rule of {@code lastTransitionTime}: it stays while the status (in 1.8: the reason) stays. */
final class TransitionTimes {
  private TransitionTimes() {}

  static void check(List<Version> versions, Release release) {
    var last = new HashMap<String, Map<?, ?>>();
    for (var version : versions) {
      if (!version.kind().equals("VMB")
          || !(Projection.at(version.document(), "status", "conditions")
              instanceof List<?> conditions)) {
        continue;
      }
      for (var item : conditions) {
        var condition = (Map<?, ?>) item;
        var before = last.put(version.name() + " " + condition.get("type"), condition);
        if (before != null && isKept(before, condition, release)) {
          assertThat(condition.get("lastTransitionTime"))
              .as("%s of %s", condition.get("type"), version.name())
              .isEqualTo(before.get("lastTransitionTime"));
        }
      }
    }
  }

  private static boolean isKept(Map<?, ?> before, Map<?, ?> after, Release release) {
    return before.get("status").equals(after.get("status"))
        && (release != Release.V1_8 || before.get("reason").equals(after.get("reason")));
  }
}
