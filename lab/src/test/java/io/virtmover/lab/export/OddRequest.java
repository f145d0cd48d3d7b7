// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.export;

import java.util.List;
import java.util.Map;

/** A request of the recorded odd cases; the recording keeps its name and the answer only. */
record OddRequest(String name, String method, String path, Map<String, String> headers) {
  private static final String TOKEN = "x-kubevirt-export-token";
  private static final long TAIL = (1L << 30) - 65536;
  private static final String BEYOND = "18446744073709551616";

  /** All of them, for a disk of 1 GiB called vol0. */
  static List<OddRequest> all(String token) {
    var good = Map.of(TOKEN, token);
    var wrong = Map.of(TOKEN, "wrong");
    var asQuery = "&" + TOKEN + "=";
    return List.of(
        map("offset=size", "offset=1073741824", good),
        map("offset=size-1", "offset=1073741823", good),
        map("offset>size", "offset=1073741825", good),
        map("length too long", "offset=" + TAIL + "&length=1073741824", good),
        map("length=0", "offset=" + TAIL + "&length=0", good),
        map("unaligned 100,+1000", "offset=100&length=1000", good),
        map("page_size=1 offset=1048576", "page_size=1&offset=1048576", good),
        map("empty params", "offset=&length=65536&page_size=", good),
        map("offset=-1", "offset=-1", good),
        map("offset=abc", "offset=abc", good),
        map("offset=0x10", "offset=0x10", good),
        map("offset=1.5", "offset=1.5", good),
        map("offset=1e3", "offset=1e3", good),
        map("offset=+5", "offset=+5", good),
        map("length=-1", "length=-1", good),
        map("page_size=0", "page_size=0", good),
        map("page_size=-1", "page_size=-1", good),
        map("page_size=x", "page_size=x", good),
        map("page_size=99999999999999999999", "page_size=99999999999999999999", good),
        map("offset=" + BEYOND, "offset=" + BEYOND, good),
        map("offset=18446744073709551615", "offset=18446744073709551615", good),
        map("dup offset", "offset=" + TAIL + "&offset=0", good),
        map("no token", "length=65536", Map.of()),
        map("wrong token", "length=65536", wrong),
        map("query token", "length=65536" + asQuery + token, Map.of()),
        map("wrong query good header", "length=65536" + asQuery + "wrong", good),
        map("good query wrong header", "length=65536" + asQuery + token, wrong),
        map("Bearer token", "length=65536", Map.of("Authorization", "Bearer " + token)),
        new OddRequest("HEAD map", "HEAD", "/exports/vol0/map", good),
        new OddRequest("HEAD data", "HEAD", "/exports/vol0/data", good),
        new OddRequest("HEAD data no token", "HEAD", "/exports/vol0/data", Map.of()),
        new OddRequest("POST map", "POST", "/exports/vol0/map", good),
        new OddRequest("OPTIONS map", "OPTIONS", "/exports/vol0/map", good),
        get("unknown volume", "/exports/vol1/map", good),
        get("unknown volume no token", "/exports/vol1/map", Map.of()),
        get("trailing slash", "/exports/vol0/map/", good),
        get("double slash", "/exports//vol0/map?length=65536", good),
        get("root", "/", good),
        get("healthz", "/healthz", good),
        data("0+65536", "offset=0&length=65536", good),
        data("unaligned 3+1001", "offset=3&length=1001", good),
        data("range header only", "offset=" + TAIL, Map.of(TOKEN, token, "Range", "bytes=0-99")),
        data("length too long", "offset=" + TAIL + "&length=1073741824", good),
        data("length=0 from tail", "offset=" + TAIL + "&length=0", good),
        data("offset=size", "offset=1073741824", good),
        data("offset=size length=0", "offset=1073741824&length=0", good),
        data("offset>size", "offset=1073741825", good),
        data("offset=-1", "offset=-1", good),
        data("length=-5", "length=-5", good),
        data("offset=abc", "offset=abc", good),
        data("length=" + BEYOND, "length=" + BEYOND, good),
        data("gzip accept", "length=65536", Map.of(TOKEN, token, "Accept-Encoding", "gzip")));
  }

  private static OddRequest map(String name, String query, Map<String, String> headers) {
    return get("map " + name, "/exports/vol0/map?" + query, headers);
  }

  private static OddRequest data(String name, String query, Map<String, String> headers) {
    return get("data " + name, "/exports/vol0/data?" + query, headers);
  }

  private static OddRequest get(String name, String path, Map<String, String> headers) {
    return new OddRequest(name, "GET", path, headers);
  }
}
