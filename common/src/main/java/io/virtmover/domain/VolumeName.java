// SPDX-License-Identifier: Apache-2.0
package io.virtmover.domain;

/** A VM volume's name ({@code spec.template.spec.volumes[].name}); restore finds a disk by it. */
public record VolumeName(String value) implements Comparable<VolumeName> {
  public VolumeName {
    Names.checked("volume name", value);
  }

  @Override
  public int compareTo(VolumeName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
