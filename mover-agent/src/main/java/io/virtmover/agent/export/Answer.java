// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.failure.Addresses;
import io.virtmover.failure.FailureKind;
import java.util.Optional;
import java.util.function.Function;

/**
 * An answer's status and what its headers say of the body. Ingresses, proxies and servers at a
 * wrong port answer too: only what the export server itself says is taken for its word.
 *
 * @param mediaType of {@code Content-Type}, without parameters; empty if there is none
 * @param text the beginning of a body that is not the wanted one, in one line
 */
record Answer(
    int status,
    String mediaType,
    boolean encoded,
    Optional<String> location,
    boolean wantsLogin,
    String text) {
  /** A proxy wants a login. */
  static final int PROXY_LOGIN = 407;

  private static final int TEXT = 120;

  /** What Go's and so the export server's own 404 says; the export proxy's says nothing. */
  private static final String NOT_FOUND = "404 page not found";

  private static final String CHECK_ADDRESS =
      "Take the endpoint from the VirtualMachineExport's status.links.";
  private static final String CHECK_BETWEEN =
      "Check what stands between here and the exporter: ingress, proxy, network policy.";

  /**
   * @param header the first value of a header
   */
  static Answer of(int status, Function<String, Optional<String>> header, String text) {
    return new Answer(
        status,
        header.apply("content-type").orElse("").replaceAll("\\s*;.*", "").strip(),
        header.apply("content-encoding").filter(is -> !is.equals("identity")).isPresent(),
        header.apply("location"),
        header.apply("www-authenticate").isPresent(),
        oneLine(text));
  }

  /** Whether the body is of the kind the export server sends. */
  boolean isBody(String wantedType) {
    return status == 200 && !encoded && mediaType.equalsIgnoreCase(wantedType);
  }

  /** What an answer without a wanted body means. */
  Trouble trouble(String wantedType) {
    return switch (status) {
      case 200 -> notTheBody(wantedType);
      case 301, 302, 303, 307, 308 -> redirect();
      case 400 -> refused("it does not understand the request (400%s)".formatted(quoted()));
      case 401 -> unauthorized();
      case 403 -> denied("something in front of it forbids the request (403%s)");
      case 404 -> absent();
      case PROXY_LOGIN -> denied("a proxy on the way wants a user name and a password (407%s)");
      case 408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524 ->
          Trouble.outage(status, "it answered %d%s".formatted(status, quoted()), null);
      default ->
          stranger("it answered %d%s, which no export server does".formatted(status, quoted()));
    };
  }

  private Trouble notTheBody(String wantedType) {
    if (encoded) {
      return stranger("it sent an encoded body, as a proxy may that compresses");
    }
    var type = mediaType.isEmpty() ? "a body without a type" : mediaType;
    return stranger("it sent %s instead of %s%s".formatted(type, wantedType, quoted()));
  }

  private Trouble redirect() {
    var target = location.map(Addresses::shown).orElse("nowhere");
    return new Trouble(
        Trouble.Passing.STRANGER,
        FailureKind.INVALID_REQUEST,
        "it redirects to %s (%d), which is not followed because the token would go there"
            .formatted(oneLine(target), status),
        CHECK_ADDRESS);
  }

  private Trouble unauthorized() {
    return wantsLogin
        ? denied("something in front of it wants a login (401%s)")
        : new Trouble(
            Trouble.Passing.REFUSED,
            FailureKind.ACCESS_DENIED,
            "it refused the export token (401%s)".formatted(quoted()),
            "Pass the value of the token secret with --export-token.");
  }

  private Trouble absent() {
    var own = text.isEmpty() || text.equals(NOT_FOUND);
    return new Trouble(
        Trouble.Passing.ABSENT,
        FailureKind.INVALID_REQUEST,
        own
            ? "it is not there (404)"
            : "it answered 404 in words that are not the export server's%s".formatted(quoted()),
        own
            ? "The volume is not part of this export, or the export has ended."
            : "An ingress, a proxy or another server answers at this address. " + CHECK_ADDRESS);
  }

  private Trouble refused(String what) {
    return new Trouble(Trouble.Passing.REFUSED, FailureKind.INVALID_REQUEST, what, CHECK_ADDRESS);
  }

  private Trouble denied(String what) {
    return new Trouble(
        Trouble.Passing.STRANGER,
        FailureKind.ACCESS_DENIED,
        what.formatted(quoted()),
        CHECK_BETWEEN);
  }

  private Trouble stranger(String what) {
    return new Trouble(
        Trouble.Passing.STRANGER,
        FailureKind.INVALID_REQUEST,
        what,
        "An ingress, a proxy or another server answers in its place. " + CHECK_ADDRESS);
  }

  private String quoted() {
    return text.isEmpty() ? "" : ": '" + text + "'";
  }

  /** Pages of HTML are shown by their words. */
  private static String oneLine(String text) {
    var words =
        text.replaceAll("(?s)<(style|script)\\b.*?(</\\1>|$)", " ")
            .replaceAll("<[^>]*(>|$)", " ")
            .replaceAll("[\\p{Cntrl}\\s]+", " ")
            .strip();
    return words.length() > TEXT ? words.substring(0, TEXT).strip() + "..." : words;
  }
}
