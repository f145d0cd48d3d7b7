// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt;

/** A subresource call that was refused, with the HTTP status that the launcher's answer becomes. */
public final class SubresourceException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  public SubresourceException(int status, String message) {
    super(message);
    this.status = status;
  }

  public int status() {
    return status;
  }
}
