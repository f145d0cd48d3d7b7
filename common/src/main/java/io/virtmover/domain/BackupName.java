// SPDX-License-Identifier: Apache-2.0
package io.virtmover.domain;

/** The Velero backup's name, as its label has it. */
public record BackupName(String value) implements Comparable<BackupName> {
  public BackupName {
    Names.checked("backup name", value);
  }

  @Override
  public int compareTo(BackupName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
