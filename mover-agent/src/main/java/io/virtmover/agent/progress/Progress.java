// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.progress;

/** Receives how far a transfer is. Thread-safe. */
public interface Progress {
  /** More bytes are known to be moved in this transfer. */
  void expect(long bytes);

  /** Bytes were moved, or turned out not to need it. */
  void advance(long bytes);

  /** Something a user should know although the transfer goes on; one line. */
  void warn(String message);

  /** Tells nobody. */
  static Progress silent() {
    return new Progress() {
      @Override
      public void expect(long bytes) {}

      @Override
      public void advance(long bytes) {}

      @Override
      public void warn(String message) {}
    };
  }
}
