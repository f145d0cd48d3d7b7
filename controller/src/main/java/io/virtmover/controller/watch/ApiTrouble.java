// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.watch;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.net.HttpURLConnection;
import java.util.regex.Pattern;

/** What the API server's refusals mean for a request: some pass by themselves, others stay. */
public final class ApiTrouble {
  private static final int INVALID = 422;
  private static final int LONGEST = 500;
  private static final Pattern LACK_OF_RIGHTS = Pattern.compile("User \"[^\"]+\" cannot \\w+ ");

  private ApiTrouble() {}

  /** The failure in our terms, with the API server's words. */
  public static VirtMoverException of(KubernetesClientException refusal) {
    var words = words(refusal);
    return new VirtMoverException(
        kind(refusal.getCode(), words),
        "The API server %s%s: %s"
            .formatted(isAnswer(refusal) ? "refuses" : "does not answer", what(refusal), words),
        refusal);
  }

  /**
   * What the API server answered in place of doing it.
   *
   * @throws KubernetesClientException the same, if it did not answer at all
   */
  public static String refusal(KubernetesClientException failure) {
    if (!isAnswer(failure)) {
      throw failure;
    }
    return of(failure).getMessage();
  }

  /** The client has 0 and -1 for what never came. */
  private static boolean isAnswer(KubernetesClientException failure) {
    return failure.getCode() > 0;
  }

  private static String what(KubernetesClientException refusal) {
    return refusal instanceof Creation.NotMadeException made ? " to make " + made.what() : "";
  }

  private static FailureKind kind(int code, String words) {
    return switch (code) {
      case HttpURLConnection.HTTP_FORBIDDEN -> FailureKind.ACCESS_DENIED;
      // KubeVirt's webhook: another backup has just been made, which the caches will show.
      case HttpURLConnection.HTTP_BAD_REQUEST, INVALID ->
          words.contains("in progress for source")
              ? FailureKind.UNAVAILABLE
              : FailureKind.INVALID_REQUEST;
      case HttpURLConnection.HTTP_NOT_FOUND -> FailureKind.INVALID_REQUEST;
      default -> FailureKind.UNAVAILABLE;
    };
  }

  /** Whether a quota has no room: it may have some later. */
  public static boolean isLackOfRoom(KubernetesClientException refusal) {
    return refusal.getCode() == HttpURLConnection.HTTP_FORBIDDEN
        && words(refusal).contains("exceeded quota");
  }

  /**
   * Whether the API server says that the controller has no right to it. One that was just started
   * says so of rights that are there, until it has read the roles.
   */
  public static boolean isLackOfRights(KubernetesClientException refusal) {
    return refusal.getCode() == HttpURLConnection.HTTP_FORBIDDEN
        && LACK_OF_RIGHTS.matcher(words(refusal)).find();
  }

  /** Words without the stop at their end, for the middle of a sentence. */
  public static String clause(String words) {
    return words.replaceAll("[.\\s]+$", "");
  }

  /**
   * The API server's words, or those of a webhook: one line that is not too long. Where nobody
   * answered, what happened on the way.
   */
  public static String words(KubernetesClientException refusal) {
    var status = refusal.getStatus();
    var message = status == null ? null : status.getMessage();
    var said = message == null || message.isEmpty() ? happened(refusal) : message;
    var line = said.strip().replaceAll("\\s*\\R\\s*", " ");
    return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
  }

  /** A timeout can come without a word of its own. */
  private static String happened(Throwable failure) {
    var own = failure.getMessage();
    if (own != null && !own.isBlank()) {
      return own;
    }
    return failure.getCause() == null
        ? failure.getClass().getSimpleName()
        : happened(failure.getCause());
  }
}
