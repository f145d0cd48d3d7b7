// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.export;

import java.math.BigInteger;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request's query, parsed and refused as Go's strconv does. */
record GoQuery(Map<String, String> values) {
  private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(64);
  private static final int DEFAULT_PAGE_SIZE = 512;

  /** A parameter that cannot be parsed; the message is the server's answer. */
  static final class BadQuery extends Exception {
    private final String answer;

    BadQuery(String answer) {
      super(answer);
      this.answer = answer;
    }

    String answer() {
      return answer;
    }
  }

  static GoQuery parse(@Nullable String query) {
    var values = new HashMap<String, String>();
    for (var pair : query == null ? new String[0] : query.split("&", -1)) {
      var equals = pair.indexOf('=');
      var key = decode(equals < 0 ? pair : pair.substring(0, equals));
      values.putIfAbsent(key, equals < 0 ? "" : decode(pair.substring(equals + 1)));
    }
    return new GoQuery(values);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  String text(String name) {
    return values.getOrDefault(name, "");
  }

  /** An unsigned 64-bit number as the bits of a long. */
  long uint64(String name) throws BadQuery {
    var text = text(name);
    if (text.isEmpty()) {
      return 0;
    }
    var complaint =
        "invalid %s \"%s\": strconv.ParseUint: parsing \"%s\": ".formatted(name, text, text);
    if (!text.matches("[0-9]+")) {
      throw new BadQuery(complaint + "invalid syntax");
    }
    var number = new BigInteger(text);
    if (number.compareTo(TWO_TO_64) >= 0) {
      throw new BadQuery(complaint + "value out of range");
    }
    return number.longValue();
  }

  int pageSize() throws BadQuery {
    var text = text("page_size");
    if (text.isEmpty()) {
      return DEFAULT_PAGE_SIZE;
    }
    if (!text.matches("[0-9]{1,18}") || Long.parseLong(text) == 0) {
      throw new BadQuery("invalid page_size \"%s\"".formatted(text));
    }
    return (int) Math.min(Integer.MAX_VALUE - 8, Long.parseLong(text));
  }
}
