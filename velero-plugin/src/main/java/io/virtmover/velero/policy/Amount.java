// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.policy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;

/** A quantity as Kubernetes writes it: {@code 10Gi}, {@code 1.5G}, {@code 2e9}, {@code 500m}. */
final class Amount {
  private static final Pattern FORM =
      Pattern.compile(
          "([+-]?[0-9]*\\.?[0-9]+|[+-]?[0-9]+\\.)(e[+-]?[0-9]+|E[+-]?[0-9]+|[A-Za-z]*)");
  private static final List<String> BINARY = List.of("Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
  private static final List<String> DECIMAL = List.of("k", "M", "G", "T", "P", "E");
  private static final List<String> SMALL = List.of("m", "u", "n");
  private static final int STEP = 3;
  private static final BigDecimal KIBI = BigDecimal.valueOf(1024);

  private Amount() {}

  /**
   * Reads one.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} when it is none
   */
  static BigDecimal read(String text) {
    var form = FORM.matcher(text);
    if (!form.matches()) {
      throw invalid(text);
    }
    var number = new BigDecimal(form.group(1));
    var unit = form.group(2);
    if (unit.length() > 1 && Character.isDigit(unit.charAt(unit.length() - 1))) {
      return new BigDecimal(form.group(1) + unit);
    }
    if (unit.isEmpty()) {
      return number;
    }
    if (BINARY.contains(unit)) {
      return number.multiply(KIBI.pow(BINARY.indexOf(unit) + 1));
    }
    if (DECIMAL.contains(unit)) {
      return number.scaleByPowerOfTen(STEP * (DECIMAL.indexOf(unit) + 1));
    }
    if (SMALL.contains(unit)) {
      return number.scaleByPowerOfTen(-STEP * (SMALL.indexOf(unit) + 1));
    }
    throw invalid(text);
  }

  private static VirtMoverException invalid(String text) {
    return new VirtMoverException(
        FailureKind.INVALID_REQUEST, "'%s' is not a quantity such as 10Gi".formatted(text));
  }
}
