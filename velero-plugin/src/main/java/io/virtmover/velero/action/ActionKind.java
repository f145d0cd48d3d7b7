// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.action;

/** Velero's kinds of actions that VirtMover has, in the order in which it lists them. */
public enum ActionKind {
  BACKUP("BackupItemActionV2", BackupItemAction.class),
  RESTORE("RestoreItemActionV2", RestoreItemAction.class),
  DELETE("DeleteItemAction", DeleteItemAction.class),
  ITEM_BLOCK("ItemBlockAction", ItemBlockAction.class);

  private final String word;
  private final Class<? extends Action> type;

  ActionKind(String word, Class<? extends Action> type) {
    this.word = word;
    this.type = type;
  }

  /** Velero's word. A server that does not know it does not start. */
  public String word() {
    return word;
  }

  static ActionKind of(Action action) {
    return switch (action) {
      case BackupItemAction _ -> BACKUP;
      case RestoreItemAction _ -> RESTORE;
      case DeleteItemAction _ -> DELETE;
      case ItemBlockAction _ -> ITEM_BLOCK;
    };
  }

  static ActionKind of(Class<? extends Action> type) {
    for (var kind : values()) {
      if (kind.type == type) {
        return kind;
      }
    }
    throw new IllegalArgumentException(type.getName());
  }
}
