// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.Location;
import io.virtmover.location.StoreServer;
import io.virtmover.location.TlsTrust;
import io.virtmover.objectstore.UploadGoneException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;

/** What is thrown by the SDK, and what is said of it. */
class S3FailuresTest {
  private static final Operation READING = Operation.reading("k");

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(
            sdk(
                "Unable to execute HTTP request: s3.example",
                new UnknownHostException("s3.example")),
            FailureKind.UNAVAILABLE,
            "Cannot reach the S3 server http://s3.example: s3.example. Check the endpoint and the network."),
        Arguments.of(
            sdk("x", new ConnectException("Connection refused")),
            FailureKind.UNAVAILABLE,
            "Cannot reach the S3 server http://s3.example: Connection refused. Check the endpoint and the network."),
        Arguments.of(
            sdk("x", new SSLException("Unsupported or unrecognized SSL message")),
            FailureKind.INVALID_REQUEST,
            "http://s3.example does not speak TLS. Write the endpoint with http:// or correct its port."),
        Arguments.of(
            sdk("Unable to load credentials from any of the providers", null),
            FailureKind.ACCESS_DENIED,
            "No usable credentials for s3://b: Unable to load credentials from any of the providers. Check the credentials file and its profile."),
        Arguments.of(
            sdk("x", new GaveUp("the store did not answer for 60 s", new IOException("y"))),
            FailureKind.UNAVAILABLE,
            "Reading of s3://b/k failed: the store did not answer for 60 s. It was tried for "),
        Arguments.of(
            sdk("connection reset", new IOException("z")),
            FailureKind.UNAVAILABLE,
            "Reading of s3://b/k failed: connection reset. It was tried for "),
        Arguments.of(
            sdk("x", new DeadlinePassed("the store had sent 5 bytes", new IOException("y"))),
            FailureKind.UNAVAILABLE,
            "Reading of s3://b/k was given up after "),
        Arguments.of(
            sdk("x", WrongAnswer.of("200 without ETag")),
            FailureKind.INVALID_REQUEST,
            "Reading of s3://b/k failed: http://s3.example answers 200 without ETag, which is no S3 server's answer. Check the endpoint, its port"),
        Arguments.of(
            WrongAnswer.passing("an empty body"),
            FailureKind.UNAVAILABLE,
            "Reading of s3://b/k failed: http://s3.example answers an empty body, which is no S3 server's answer. It was tried for "));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void shouldSayWhatHappenedWhereAndWhatToDo(
      RuntimeException thrown, FailureKind kind, String message) {
    // when
    var failure = translator().translate(READING, thrown);

    // then
    assertThat(failure)
        .isInstanceOfSatisfying(
            VirtMoverException.class, ours -> assertThat(ours.kind()).isEqualTo(kind));
    assertThat(failure.getMessage()).startsWith(message).endsWith(".");
  }

  @ParameterizedTest
  @ValueSource(strings = {"NoSuchUpload", "InvalidPart", "InvalidPartOrder"})
  void shouldTellThatAnUploadIsGone(String code) {
    for (var status : new int[] {404, 400}) {
      assertThat(
              translator().translate(READING, Refusals.of(CannedServer.Answer.error(status, code))))
          .isInstanceOf(UploadGoneException.class)
          .hasMessageContaining(code + " (words of the store). Another run has ended the upload");
    }
  }

  @Test
  void shouldKeepWhatIsOursHoweverItIsWrapped() {
    var ours = new VirtMoverException(FailureKind.CORRUPT_BACKUP, "ours.");
    assertThat(translator().translate(READING, sdk("x", new IllegalStateException(ours))))
        .isSameAs(ours);
  }

  @Test
  void shouldKeepWhatIsNotAboutTheStore() {
    var bug = new IllegalStateException("a bug");
    assertThat(translator().translate(READING, bug)).isSameAs(bug);
    var error = new LinkageError("broken");
    assertThatThrownBy(() -> translator().translate(READING, sdk("x", error))).isSameAs(error);
  }

  @Test
  void shouldTellAnInterruptionApart() {
    // when
    var failure = translator().translate(READING, sdk("x", AbortedException.create("stop")));

    // then
    assertThat(Thread.interrupted()).isTrue();
    assertThat(failure)
        .hasMessage("Reading of s3://b/k was canceled.")
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            ours -> assertThat(ours.kind()).isEqualTo(FailureKind.CANCELED));
  }

  private static SdkClientException sdk(String message, @Nullable Throwable cause) {
    return SdkClientException.create(message, cause);
  }

  private static S3Failures translator() {
    return new S3Failures(
        Location.of("b", "")
            .withServer(
                new StoreServer(
                    Optional.empty(),
                    Optional.of(URI.create("http://s3.example")),
                    true,
                    TlsTrust.SYSTEM)));
  }
}
