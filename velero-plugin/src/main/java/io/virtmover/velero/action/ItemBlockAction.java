// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.action;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Says what is backed up together with an item, as one block (Velero 1.15 and newer). */
public non-sealed interface ItemBlockAction extends Action {
  /**
   * What belongs to an item. Something that is not there is a warning in the backup, so name only
   * what exists.
   */
  List<ResourceIdentifier> relatedItems(ObjectNode item, ObjectNode backup);
}
