// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.filter;

import io.virtmover.velero.kubernetes.ResourceType;
import java.util.Locale;
import java.util.Set;

/**
 * What people call a kind of objects in filters.
 *
 * @param others its singular and its short names
 */
public record ResourceWords(ResourceType type, Set<String> others) {
  public static final ResourceWords VIRTUAL_MACHINES =
      new ResourceWords(ResourceType.VIRTUAL_MACHINES, Set.of("virtualmachine", "vm", "vms"));
  public static final ResourceWords CLAIMS =
      new ResourceWords(ResourceType.CLAIMS, Set.of("persistentvolumeclaim", "pvc"));

  public ResourceWords {
    others = Set.copyOf(others);
  }

  /**
   * The kind's full name for a word that means it; another word stays, as a glob. As in kubectl, a
   * group may be cut short.
   */
  String resolve(String word) {
    var parts = word.split("\\.", 2);
    var name = parts[0].toLowerCase(Locale.ROOT);
    var isGroup = parts.length == 1 || type.group().startsWith(parts[1]);
    return isGroup && (name.equals(type.plural()) || others.contains(name))
        ? type.toString()
        : word;
  }
}
