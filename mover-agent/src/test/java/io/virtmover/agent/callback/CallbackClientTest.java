// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.callback.LoopbackController.Post;
import io.virtmover.agent.callback.LoopbackController.Script;
import io.virtmover.lab.pki.CertificateAuthority;
import io.virtmover.transfer.Callback;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CallbackClientTest {
  private static final String JSON = "{\"é\":1}";
  private static final Delivery DONE = new Delivery.Done();

  @TempDir private Path folder;

  @Test
  void aDocument_isPostedAsItIs() {
    try (var controller = LoopbackController.start(folder, Script.status(204));
        var client = client(controller.callback())) {
      // when
      var delivery = post(client, controller.callback());

      // then
      assertThat(delivery).isEqualTo(DONE);
      assertThat(controller.posts())
          .singleElement()
          .satisfies(
              post -> {
                assertThat(post.path()).isEqualTo("POST /api/movers/du-1/result");
                assertThat(post.authorization()).isEqualTo("Bearer t0psecret");
                assertThat(post.type()).isEqualToIgnoringCase("application/json; charset=utf-8");
                assertThat(post.body()).isEqualTo(JSON);
              });
    }
  }

  @Test
  void theToken_isReadForEachPostAndTheConnectionKept() throws IOException {
    try (var controller = LoopbackController.start(folder, Script.status(200));
        var client = client(controller.callback())) {
      // given
      post(client, controller.callback());

      // when
      Files.writeString(controller.callback().token(), "another");
      post(client, controller.callback());

      // then
      assertThat(controller.posts().stream().map(Post::authorization))
          .containsExactly("Bearer t0psecret", "Bearer another");
      assertThat(controller.posts().stream().map(Post::from).distinct()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aControllerThatIsStartedAnew_isReachedAgain(boolean hasNewAuthority) {
    // given
    var before = new CertificateAuthority("before", Clock.systemUTC());
    var after = hasNewAuthority ? new CertificateAuthority("after", Clock.systemUTC()) : before;
    try (var first = LoopbackController.start(folder, before, 0, Script.status(200));
        var client = client(first.callback())) {
      post(client, first.callback());
      first.leave();
      try (var second = LoopbackController.start(folder, after, first.port(), Script.status(200))) {
        // when
        var delivery = post(client, second.callback());

        // then
        assertThat(delivery).isEqualTo(DONE);
        assertThat(second.posts()).hasSize(1);
      }
    }
  }

  @Test
  void aControllerThatNobodyVouchesFor_isToldNothing() throws IOException {
    try (var controller = LoopbackController.start(folder, Script.status(200));
        var client = client(controller.callback())) {
      // given
      var another = new CertificateAuthority("another", Clock.systemUTC());
      Files.writeString(controller.callback().ca(), another.pem());

      // when
      var delivery = post(client, controller.callback());

      // then
      assertThat(delivery)
          .isEqualTo(
              new Delivery.Failed(
                  controller.callback().ca() + " does not vouch for its certificate"));
      assertThat(controller.posts()).isEmpty();
    }
  }

  @Test
  void aControllerOfAnotherName_isToldNothing() {
    try (var controller = LoopbackController.start(folder, Script.status(200))) {
      // given
      var real = controller.callback();
      var callback =
          Callback.of("https://127.0.0.1:" + real.address().getPort(), real.ca(), real.token());

      // when
      try (var client = client(callback)) {
        assertThat(post(client, callback).toString()).contains("vouch for its certificate");
      }

      // then
      assertThat(controller.posts()).isEmpty();
    }
  }

  @Test
  void aRedirect_isNotFollowed() {
    Script elsewhere =
        (_, exchange) -> {
          exchange.getResponseHeaders().set("Location", "/elsewhere");
          exchange.sendResponseHeaders(307, -1);
        };
    try (var controller = LoopbackController.start(folder, elsewhere);
        var client = client(controller.callback())) {
      assertThat(post(client, controller.callback())).isInstanceOf(Delivery.Refused.class);
      assertThat(controller.posts()).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "callback-token  |                 | the token file %s holds no token",
        "callback-token  | t0psecret é     | the token file %s holds no token",
        "callback-token  | t0p secret      | the token file %s holds no token",
        "callback-token  | GONE            | the token file %s: there is no such file",
        "callback-ca.pem | t0psecret       | the CA file %s holds no PEM certificates",
        "callback-ca.pem | GONE            | the CA file %s: there is no such file",
      })
  void aFileThatCannotBeUsed_isNamedWithoutItsContent(String name, String text, String why)
      throws IOException {
    try (var controller = LoopbackController.start(folder, Script.status(200));
        var client = client(controller.callback())) {
      // given
      var file = folder.resolve(name);
      if ("GONE".equals(text)) {
        Files.delete(file);
      } else {
        Files.writeString(file, text == null ? "\n" : text);
      }

      // when
      var delivery = post(client, controller.callback());

      // then
      assertThat(delivery).isEqualTo(new Delivery.Failed(why.formatted(file)));
      assertThat(controller.posts()).isEmpty();
    }
  }

  @Test
  void aControllerThatIsAway_isToldAsThat() {
    // given
    Callback callback;
    try (var controller = LoopbackController.start(folder, Script.status(200))) {
      callback = controller.callback();
    }

    // when
    try (var client = client(callback)) {
      // then
      assertThat(post(client, callback))
          .isEqualTo(new Delivery.Failed("it cannot be connected to"));
    }
  }

  /** Nothing of the answer, or an answer that does not end. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aControllerThatHangs_isLeftAloneInTimeAndAskedAgain(boolean isSilent) {
    var script = isSilent ? Script.silence() : Script.trickle();
    try (var controller = LoopbackController.start(folder, script);
        var client = client(controller.callback())) {
      // when
      var started = System.nanoTime();
      var delivery = post(client, controller.callback(), Duration.ofSeconds(3));
      var took = Duration.ofNanos(System.nanoTime() - started);

      // then
      assertThat(delivery).isEqualTo(new Delivery.Failed("it did not answer in time"));
      assertThat(took).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(30));

      // when, then: not on the connection that hangs
      post(client, controller.callback(), Duration.ofSeconds(3));
      assertThat(controller.posts().stream().map(Post::from).distinct()).hasSize(2);
    }
  }

  @Test
  void aPostThatIsInterrupted_isGivenUpAtOnce() {
    try (var controller = LoopbackController.start(folder, Script.silence());
        var client = client(controller.callback())) {
      // given
      Thread.currentThread().interrupt();

      // when
      var delivery = post(client, controller.callback());

      // then
      assertThat(Thread.interrupted()).isTrue();
      assertThat(delivery).isInstanceOf(Delivery.Failed.class);
    }
  }

  @Test
  void aClosedClient_postsNothing() {
    try (var controller = LoopbackController.start(folder, Script.status(200))) {
      // given
      var client = client(controller.callback());
      client.close();

      // then
      assertThat(post(client, controller.callback())).isInstanceOf(Delivery.Failed.class);
      assertThat(controller.posts()).isEmpty();
    }
  }

  private static CallbackClient client(Callback callback) {
    return new CallbackClient(callback, QuickLimits.patient());
  }

  private static Delivery post(CallbackClient client, Callback callback) {
    return post(client, callback, QuickLimits.LONG);
  }

  private static Delivery post(CallbackClient client, Callback callback, Duration most) {
    return client.post(result(callback), JSON, most);
  }

  private static URI result(Callback callback) {
    return callback.resultOf("du-1");
  }
}
