// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import java.util.Map;

/** A line of a recording. */
sealed interface Entry {
  /** What became of an object. */
  enum Change {
    ADDED,
    MODIFIED,
    DELETED
  }

  /** A version of an object; nothing is in a deletion. */
  record Version(String kind, String name, Change change, Map<String, Object> document)
      implements Entry {
    String key() {
      return kind + " " + name;
    }
  }

  /** Something the client, the test script or a played part did, or a remark. */
  record Action(String who, String text) implements Entry {}

  /** A Kubernetes event about an object. */
  record Told(String kind, String name, String type, String reason, String message)
      implements Entry {}

  /** Nothing happened for a while: the controllers had come to rest. */
  record Rest() implements Entry {}

  /** A request of the controllers with the answer it got. */
  record Request(String text) implements Entry {}
}
