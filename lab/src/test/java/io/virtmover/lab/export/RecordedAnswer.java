// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.export;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * An answer as {@code http-edge-cases.txt} has it.
 *
 * @param status 0 where the connection or stream ended without one
 * @param bytes of the body; -1 where the recording cannot tell
 * @param text the body, where it is text
 */
record RecordedAnswer(int status, Map<String, String> headers, long bytes, String text) {
  private static final List<String> KEPT =
      List.of("content-type", "content-length", "x-content-type-options", "transfer-encoding");

  /** All cases of a protocol by name: {@code --http1.1} or {@code --http2}. */
  static Map<String, RecordedAnswer> read(String protocol) throws IOException {
    try (var in =
        RecordedAnswer.class.getResourceAsStream("/kubevirt-export/http-edge-cases.txt")) {
      if (in == null) {
        throw new IOException("no recording");
      }
      var recording = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      var start = recording.indexOf("######## " + protocol + "\n");
      var end = recording.indexOf("######## ", start + 1);
      var part = recording.substring(start, end < 0 ? recording.length() : end);
      var answers = new LinkedHashMap<String, RecordedAnswer>();
      for (var section : part.split("(?m)^== ", -1)) {
        if (!section.startsWith("#")) {
          var lines = section.split("\n", 4);
          answers.put(lines[0], parse(lines));
        }
      }
      return answers;
    }
  }

  private static RecordedAnswer parse(String[] lines) {
    if (lines[1].startsWith("curl:")) {
      return new RecordedAnswer(0, Map.of(), -1, "");
    }
    var isHead = lines[0].startsWith("HEAD ");
    var meta = lines[2];
    var bytes = meta.replaceAll(".* bytes=([0-9]+) .*", "$1");
    var headers = new TreeMap<String, String>();
    for (var header :
        meta.substring(meta.indexOf("bytes=") + 6 + bytes.length()).split(";(?! )", -1)) {
      var colon = header.indexOf(": ");
      if (colon > 0) {
        headers.put(
            header.substring(0, colon).strip().toLowerCase(Locale.ROOT),
            header.substring(colon + 2));
      }
    }
    var isText = !isHead && headers.containsKey("content-length");
    var size = isHead ? 0 : Integer.parseInt(bytes);
    var text = isText && lines.length > 3 ? lines[3].substring(0, size) : "";
    return new RecordedAnswer(Integer.parseInt(lines[1].split(" ", 3)[1]), headers, size, text);
  }

  /** The headers that a recording keeps. */
  static Map<String, String> kept(HttpHeaders headers) {
    var kept = new TreeMap<String, String>();
    for (var name : KEPT) {
      headers.firstValue(name).ifPresent(value -> kept.put(name, value));
    }
    return kept;
  }
}
