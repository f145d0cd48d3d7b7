// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.location.Location;
import io.virtmover.location.StoreServer;
import io.virtmover.location.TlsTrust;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which way a request goes, seen on a plain http proxy that answers itself. */
class StoreProxyTest {
  private static final Map<String, String> KEYS =
      Map.of("AWS_ACCESS_KEY_ID", "A", "AWS_SECRET_ACCESS_KEY", "S");

  @Test
  void shouldSendARequestThroughTheProxyWithItsLogin() {
    try (var proxy = new WireRecorder(200, "")) {
      // when
      head(
          "http://s3.example:9000",
          Map.of("HTTP_PROXY", "http://user:p%40ss@127.0.0.1:" + proxy.address().getPort()));

      // then
      assertThat(proxy.seen()).hasSize(1);
      var seen = proxy.seen().getFirst();
      assertThat(seen.target()).isEqualTo("http://s3.example:9000/bkt/key");
      assertThat(seen.host()).isEqualTo("s3.example:9000");
      assertThat(seen.proxyAuthorization()).contains("Basic dXNlcjpwQHNz");
      assertThat(seen.authorization()).matches("AWS4-HMAC-SHA256 Credential=A/[0-9]+/r-1/s3/.*");
    }
  }

  @Test
  void shouldSendNoLoginToAProxyThatHasNone() {
    try (var proxy = new WireRecorder(200, "")) {
      head("http://s3.example", Map.of("http_proxy", proxy.address().toString()));
      assertThat(proxy.seen()).hasSize(1);
      assertThat(proxy.seen().getFirst().proxyAuthorization()).isEmpty();
    }
  }

  @Test
  void shouldReachThisMachineAndWhatNoProxyCoversDirectly() {
    try (var proxy = new WireRecorder(200, "");
        var s3 = new WireRecorder(200, "")) {
      // given
      var rules = Map.of("HTTP_PROXY", proxy.address().toString());

      // when
      head(s3.address().toString(), rules);

      // then
      assertThat(s3.seen()).hasSize(1);
      assertThat(s3.seen().getFirst().target()).isEqualTo("/bkt/key");
      assertThat(proxy.seen()).isEmpty();
    }
  }

  @Test
  void shouldPutTheBucketIntoTheHostUnlessThePathIsAskedFor() {
    try (var proxy = new WireRecorder(200, "")) {
      // when
      head("http://s3.example", Map.of("http_proxy", proxy.address().toString()), false);

      // then
      assertThat(proxy.seen().getFirst().target()).isEqualTo("http://bkt.s3.example/key");
      assertThat(proxy.seen().getFirst().host()).isEqualTo("bkt.s3.example");
    }
  }

  private static void head(String endpoint, Map<String, String> proxies) {
    head(endpoint, proxies, true);
  }

  private static void head(String endpoint, Map<String, String> proxies, boolean pathStyle) {
    var location =
        Location.of("bkt", "p")
            .withServer(
                new StoreServer(
                    Optional.of("r-1"),
                    Optional.of(URI.create(endpoint)),
                    pathStyle,
                    TlsTrust.SYSTEM));
    var environment = new HashMap<>(proxies);
    environment.putAll(KEYS);
    try (var client = S3Clients.of(location, 1, Patience.DEFAULT, environment)) {
      client.headObject(request -> request.bucket("bkt").key("key"));
    }
  }
}
