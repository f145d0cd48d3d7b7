// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.filter;

import java.util.ArrayList;
import java.util.List;

/**
 * Names that are wanted and names that are not, with wildcards.
 *
 * @param included what is wanted; empty means all
 * @param excluded what is not wanted, whatever else is said
 */
public record NameFilter(List<String> included, List<String> excluded) {
  /** Wants all names. */
  public static final NameFilter ALL = new NameFilter(List.of(), List.of());

  private static final String EVERYTHING = "*";

  public NameFilter {
    included = List.copyOf(included);
    excluded = List.copyOf(excluded);
  }

  /** One where to exclude everything means nothing, as Velero's older fields have it. */
  public static NameFilter old(List<String> included, List<String> excluded) {
    return new NameFilter(
        included, excluded.stream().filter(name -> !name.equals(EVERYTHING)).toList());
  }

  /** Whether a name is not wanted. */
  public boolean leavesOut(String name) {
    return Globs.match(excluded, name) || !(included.isEmpty() || Globs.match(included, name));
  }

  /** Whether a kind of objects is not wanted, where these are words for kinds. */
  public boolean leavesOut(ResourceWords kind) {
    return leavesOut(kind, ALL);
  }

  /**
   * The same with a second filter, of a resource policy, which counts for what this one does not
   * name.
   */
  public boolean leavesOut(ResourceWords kind, NameFilter policy) {
    var wanted = resolved(included, kind);
    var unwanted = resolved(excluded, kind);
    for (var name : resolved(policy.excluded, kind)) {
      addUnlessNamed(unwanted, name, wanted, unwanted);
    }
    for (var name : resolved(policy.included, kind)) {
      addUnlessNamed(wanted, name, wanted, unwanted);
    }
    return new NameFilter(wanted, unwanted).leavesOut(kind.type().toString());
  }

  private static void addUnlessNamed(
      List<String> list, String name, List<String> wanted, List<String> unwanted) {
    if (!Globs.match(wanted, name) && !Globs.match(unwanted, name)) {
      list.add(name);
    }
  }

  private static List<String> resolved(List<String> words, ResourceWords kind) {
    var names = new ArrayList<String>();
    words.forEach(word -> names.add(kind.resolve(word)));
    return names;
  }
}
