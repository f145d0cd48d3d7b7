// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.action;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** All actions of the program, by kind and name. */
public final class Actions {
  private final Map<ActionKind, NavigableMap<String, Action>> byKind =
      new EnumMap<>(ActionKind.class);

  /**
   * The given actions.
   *
   * @throws VirtMoverException {@code INTERNAL} when two of one kind have one name: Velero would
   *     not start
   */
  public Actions(Collection<? extends Action> actions) {
    for (var action : actions) {
      var kind = ActionKind.of(action);
      var before =
          byKind.computeIfAbsent(kind, _ -> new TreeMap<>()).put(action.name().toString(), action);
      if (before != null) {
        throw new VirtMoverException(
            FailureKind.INTERNAL, "two actions are called %s %s".formatted(kind, action.name()));
      }
    }
  }

  public Actions(Action... actions) {
    this(List.of(actions));
  }

  /** The names of a kind's actions, sorted. */
  public Stream<String> names(ActionKind kind) {
    return byKind.getOrDefault(kind, new TreeMap<>()).keySet().stream();
  }

  /**
   * The action of a kind with a name.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} when there is none
   */
  public <A extends Action> A find(Class<A> type, String name) {
    var kind = ActionKind.of(type);
    var action = byKind.getOrDefault(kind, new TreeMap<>()).get(name);
    if (action == null) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "VirtMover's plugin has no %s called '%s'; there are: %s. A backup or restore that another release began cannot"
                  .formatted(kind.word(), name, String.join(", ", names(kind).toList()))
              + " go on if that release had an action of this name.");
    }
    return type.cast(action);
  }
}
