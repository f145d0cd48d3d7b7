// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.cluster;

/** The lab cannot do what was asked; the message is for people. */
public final class LabException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LabException(String message) {
    super(message);
  }

  public LabException(String message, Throwable cause) {
    super(message, cause);
  }
}
