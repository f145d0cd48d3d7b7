// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import static io.virtmover.agent.export.Trouble.Passing.OUTAGE;
import static io.virtmover.agent.export.Trouble.Passing.STRANGER;
import static io.virtmover.failure.FailureKind.ACCESS_DENIED;
import static io.virtmover.failure.FailureKind.INVALID_REQUEST;
import static io.virtmover.failure.FailureKind.UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.export.Trouble.Passing;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectionTroubleTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        of(new SocketTimeoutException("Connect timed out"), OUTAGE, UNAVAILABLE, "in time"),
        of(new ConnectException(), OUTAGE, UNAVAILABLE, "it was refused"),
        of(
            caused(new ConnectException("to h:1"), new SocketException("Connection refused")),
            OUTAGE,
            UNAVAILABLE,
            "Connection refused"),
        of(new UnknownHostException("h"), OUTAGE, UNAVAILABLE, "its name is not known here"),
        of(
            new IOException(new UnknownHostException("h")),
            OUTAGE,
            UNAVAILABLE,
            "its name is not known here"),
        of(new IOException(), OUTAGE, UNAVAILABLE, "the connection broke"),
        of(new IOException(" "), OUTAGE, UNAVAILABLE, "the connection broke"),
        of(new EOFException("cut off"), OUTAGE, UNAVAILABLE, "cut off"),
        of(new SSLException("Connection reset"), OUTAGE, UNAVAILABLE, "Connection reset"),
        of(
            new SSLException("Unrecognized SSL message, plaintext connection?"),
            STRANGER,
            INVALID_REQUEST,
            "it does not speak TLS"),
        of(
            new SSLException("Unsupported or unrecognized SSL message"),
            STRANGER,
            INVALID_REQUEST,
            "it does not speak TLS"),
        of(
            caused(
                new SSLHandshakeException("bad"), new CertPathValidatorException("validity check")),
            STRANGER,
            ACCESS_DENIED,
            "its certificate is not accepted: validity check"),
        of(
            caused(new SSLHandshakeException("bad"), new CertificateException()),
            STRANGER,
            ACCESS_DENIED,
            "its certificate is not accepted: it is not trusted"),
        of(
            new SSLPeerUnverifiedException("not for this name"),
            STRANGER,
            ACCESS_DENIED,
            "its certificate is not accepted: not for this name"));
  }

  private static Arguments of(
      Exception failure, Passing passing, FailureKind kind, String message) {
    return Arguments.of(failure, passing, kind, message);
  }

  private static <T extends Exception> T caused(T failure, Throwable cause) {
    failure.initCause(cause);
    return failure;
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aClientsFailure_isSortedByWhatItMeans(
      Exception failure, Passing passing, FailureKind kind, String what) {
    // when
    var trouble = ConnectionTrouble.of(failure);

    // then
    assertThat(trouble.passing()).isEqualTo(passing);
    assertThat(trouble.kind()).isEqualTo(kind);
    assertThat(trouble.what()).contains(what);
    assertThat(trouble.cause()).isSameAs(failure);
  }

  static Stream<Throwable> whatNoNetworkCauses() {
    return Stream.of(
        new VirtMoverException(FailureKind.CANCELED, "on purpose"),
        new OutOfMemoryError("on purpose"),
        new IllegalArgumentException("on purpose"));
  }

  @ParameterizedTest
  @MethodSource("whatNoNetworkCauses")
  void whatNoNetworkCauses_isThrownOn(Throwable failure) {
    assertThatThrownBy(() -> ConnectionTrouble.of(failure)).isSameAs(failure);
  }

  @Test
  void whatAClientWraps_isThrownOnToo() {
    // given
    var known = new VirtMoverException(FailureKind.CORRUPT_SOURCE, "on purpose");
    var error = new StackOverflowError("on purpose");

    // then
    assertThatThrownBy(() -> ConnectionTrouble.of(new IOException(known))).isSameAs(known);
    assertThatThrownBy(() -> ConnectionTrouble.of(new IOException(error))).isSameAs(error);
  }

  @Test
  void whatAClientMayNotThrow_isADefect() {
    assertThatThrownBy(() -> ConnectionTrouble.of(new TimeoutException()))
        .isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "'java.io.EOFException: cut off', 'cut off'",
    "'sun.nio.FooError: java.net.BarException: reset', 'reset'",
    "'no host: h', 'no host: h'",
    "'', 'otherwise'"
  })
  void words_nameNoClasses(String message, String words) {
    assertThat(ConnectionTrouble.words(new IOException(message), "otherwise")).isEqualTo(words);
  }
}
