// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The result as JSON (docs/transfer-contract.md). */
public final class ResultCodec {
  /** Bytes that a pod's termination message holds at most. */
  public static final int SHORT = 4096;

  /** Bytes of a result at most that is posted to a controller, and that is read. */
  public static final int LONGEST = 1 << 20;

  private static final int SHORT_MESSAGE = 1000;
  private static final String COMPLETED = "Completed";
  private static final String FAILED = "Failed";
  private static final String CANCELED = "Canceled";

  private ResultCodec() {}

  /** The result as one line. */
  public static String write(TransferResult result) {
    return switch (result.outcome()) {
      case Outcome.Completed(var report) ->
          line(
              result.id(),
              Optional.empty(),
              Optional.of(ReportCodec.write(report)),
              result.isShortened());
      case Outcome.Failed(var kind, var message, var report) ->
          line(
              result.id(),
              Optional.of(new VirtMoverException(kind, message)),
              report.map(ReportCodec::write),
              result.isShortened());
      case Outcome.Canceled(var message) ->
          line(
              result.id(),
              Optional.of(new VirtMoverException(FailureKind.CANCELED, message)),
              Optional.empty(),
              result.isShortened());
    };
  }

  /**
   * The same line for whatever else a command reports.
   *
   * @param failure empty when it completed
   */
  public static String line(
      String id, Optional<VirtMoverException> failure, Optional<JsonNode> report) {
    return line(id, failure, report, false);
  }

  private static String line(
      String id,
      Optional<VirtMoverException> failure,
      Optional<? extends JsonNode> report,
      boolean isShortened) {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("version", FormatVersion.CURRENT.toString()).put("id", id);
    json.put("outcome", failure.map(ResultCodec::word).orElse(COMPLETED));
    failure.ifPresent(
        why ->
            json.putObject("failure")
                .put("kind", why.kind().name())
                .put("exitCode", why.kind().exitCode())
                .put("message", why.getMessage()));
    report.ifPresent(what -> json.set("report", what));
    if (isShortened) {
      json.put("shortened", true);
    }
    return json.toString();
  }

  /**
   * The same line, but no longer than {@link #SHORT}: where it would be, the report's lists are
   * left out, and the end of a long message.
   */
  public static String shortLine(
      String id, Optional<VirtMoverException> failure, Optional<JsonNode> report) {
    return lineWithin(SHORT, id, failure, report);
  }

  /** The same line as a controller takes it: in full, unless it is longer than {@link #LONGEST}. */
  public static String postedLine(
      String id, Optional<VirtMoverException> failure, Optional<JsonNode> report) {
    return lineWithin(LONGEST, id, failure, report);
  }

  private static String lineWithin(
      int most, String id, Optional<VirtMoverException> failure, Optional<JsonNode> report) {
    var whole = line(id, failure, report);
    if (bytes(whole) <= most) {
      return whole;
    }
    var rest = report.filter(JsonNode::isObject).map(ResultCodec::withoutLists);
    return cutLine(most, SHORT_MESSAGE, id, failure, rest);
  }

  /** Bytes count, and a character can be six of them: what JSON has to escape. */
  private static String cutLine(
      int most,
      int characters,
      String id,
      Optional<VirtMoverException> failure,
      Optional<JsonNode> report) {
    var cut =
        failure.map(why -> new VirtMoverException(why.kind(), start(why.getMessage(), characters)));
    var line = line(id, cut, report, true);
    return bytes(line) <= most || characters == 0
        ? line
        : cutLine(most, characters / 2, id, failure, report);
  }

  private static int bytes(String line) {
    return line.getBytes(StandardCharsets.UTF_8).length;
  }

  private static String start(String message, int characters) {
    if (message.length() <= characters) {
      return message;
    }
    var isInPair = characters > 0 && Character.isHighSurrogate(message.charAt(characters - 1));
    return message.substring(0, isInPair ? characters - 1 : characters) + "...";
  }

  private static JsonNode withoutLists(JsonNode report) {
    var rest = JsonNodeFactory.instance.objectNode();
    report.properties().stream()
        .filter(field -> !field.getValue().isArray())
        .forEach(field -> rest.set(field.getKey(), field.getValue()));
    return rest;
  }

  private static String word(VirtMoverException failure) {
    return failure.kind() == FailureKind.CANCELED ? CANCELED : FAILED;
  }

  /**
   * Reads a result.
   *
   * @param where what it comes from, for messages
   * @throws VirtMoverException {@code INVALID_REQUEST} for what is no result, {@code UNSUPPORTED}
   *     for one of another major version
   */
  public static TransferResult read(String where, String text) {
    return read(where, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Likewise, of what was sent by whoever it was. */
  public static TransferResult read(String where, byte[] json) {
    return DocumentFields.read(where, json, LONGEST, ResultCodec::result);
  }

  private static TransferResult result(DocumentFields fields) {
    var id = fields.text("id").orElse("");
    var report = fields.object("report").flatMap(ReportCodec::read);
    return new TransferResult(
        id,
        switch (fields.requiredText("outcome")) {
          case COMPLETED ->
              new Outcome.Completed(report.orElseThrow(() -> fields.wrong("report", "is missing")));
          case FAILED -> failed(fields.requiredObject("failure"), report);
          case CANCELED -> {
            var why = fields.requiredObject("failure");
            var _ = kind(why);
            yield new Outcome.Canceled(why.text("message").orElse(""));
          }
          default -> throw fields.wrong("outcome", "is neither Completed nor Failed nor Canceled");
        },
        fields.flag("shortened"));
  }

  private static Outcome failed(DocumentFields failure, Optional<Report> report) {
    return new Outcome.Failed(kind(failure), failure.text("message").orElse(""), report);
  }

  private static FailureKind kind(DocumentFields failure) {
    var _ = failure.number("exitCode");
    return ReportCodec.kind(failure.requiredText("kind"));
  }
}
