// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.action;

import java.util.List;

/**
 * The items an action is asked about.
 *
 * @param resources plurals with their group ({@code virtualmachines.kubevirt.io}); one that the
 *     cluster does not have matches nothing. Never empty, which would be everything
 * @param labels a label selector as {@code kubectl -l} takes it, {@code ""} for all
 */
public record ResourceSelector(List<String> resources, String labels) {
  public ResourceSelector {
    resources = List.copyOf(resources);
    if (resources.isEmpty()) {
      throw new IllegalArgumentException("an action names the resources it is for");
    }
  }

  public static ResourceSelector of(String... resources) {
    return new ResourceSelector(List.of(resources), "");
  }
}
