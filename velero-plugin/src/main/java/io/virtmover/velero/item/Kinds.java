// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.item;

import io.virtmover.velero.action.ResourceIdentifier;
import io.virtmover.velero.kubernetes.ResourceType;

/** Kinds of objects beside those that {@link ResourceType} names. */
public final class Kinds {
  public static final ResourceType BACKUPS = new ResourceType("velero.io", "v1", "backups");
  public static final ResourceType DATA_VOLUMES =
      new ResourceType("cdi.kubevirt.io", "v1beta1", "datavolumes");
  public static final ResourceType CONTROLLER_REVISIONS =
      new ResourceType("apps", "v1", "controllerrevisions");
  public static final ResourceType SERVICE_ACCOUNTS = new ResourceType("", "v1", "serviceaccounts");

  private Kinds() {}

  /** Names an object of a kind. */
  public static ResourceIdentifier identifier(ResourceType type, String namespace, String name) {
    return new ResourceIdentifier(type.group(), type.plural(), namespace, name);
  }
}
