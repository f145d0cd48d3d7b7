// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import java.util.OptionalLong;

/** The process that started this one, seen when it was made. */
record Parent(OptionalLong pid) {
  static Parent now() {
    return new Parent(
        ProcessHandle.current().parent().stream().mapToLong(ProcessHandle::pid).findFirst());
  }

  /** An orphan gets another parent. */
  boolean isGone() {
    return !equals(now());
  }
}
