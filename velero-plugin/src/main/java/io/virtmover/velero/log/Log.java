// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.log;

import java.util.Map;

/**
 * Where actions say what they did. Velero counts: in a backup each line at {@code warn} is a
 * warning of the Backup and each at {@code error} an error, and both are shown by {@code velero
 * backup describe}. So a warning is for what the owner of the backup must know; what failed is
 * thrown, not logged.
 */
public interface Log {
  /**
   * Writes a line.
   *
   * @param message one line for people
   * @param fields what the line is about, such as {@code vm}, {@code disk}, {@code upload}
   */
  void write(LogLevel level, String message, Map<String, String> fields);

  default void debug(String message, Map<String, String> fields) {
    write(LogLevel.DEBUG, message, fields);
  }

  default void info(String message, Map<String, String> fields) {
    write(LogLevel.INFO, message, fields);
  }

  default void warn(String message, Map<String, String> fields) {
    write(LogLevel.WARN, message, fields);
  }
}
