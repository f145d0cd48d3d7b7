// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.provisioner;

import io.fabric8.kubernetes.api.model.Quantity;

/** Writes amounts of bytes as Kubernetes' volume controllers do: with the largest exact unit. */
final class BinaryQuantity {
  private static final String[] UNITS = {"", "Ki", "Mi", "Gi", "Ti"};

  private BinaryQuantity() {}

  static Quantity of(long bytes) {
    var amount = bytes;
    var unit = 0;
    while (amount != 0 && amount % 1024 == 0 && unit < UNITS.length - 1) {
      amount /= 1024;
      unit++;
    }
    return new Quantity(Long.toString(amount), UNITS[unit]);
  }
}
