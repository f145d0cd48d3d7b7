// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The backups whose job a VM was seen to have. It is not kept: where nobody has seen it, the time
 * for the whole ends what would wait for ever.
 */
@ApplicationScoped
class JobSightings {
  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  void note(String backup) {
    seen.add(backup);
  }

  boolean has(String backup) {
    return seen.contains(backup);
  }

  void forget(String backup) {
    seen.remove(backup);
  }
}
