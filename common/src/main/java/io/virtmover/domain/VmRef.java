// SPDX-License-Identifier: Apache-2.0
package io.virtmover.domain;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;

/** A VM: its namespace and name at backup time. */
public record VmRef(String namespace, String name) {
  public VmRef {
    Names.checked("VM's namespace", namespace);
    Names.checked("VM's name", name);
  }

  /**
   * Reads {@code NAMESPACE/NAME}.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} for anything else
   */
  public static VmRef parse(String text) {
    var slash = text.indexOf('/');
    if (slash < 0 || text.indexOf('/', slash + 1) >= 0) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST, "'%s' is not a VM: write NAMESPACE/NAME.".formatted(text));
    }
    return new VmRef(text.substring(0, slash), text.substring(slash + 1));
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
