// SPDX-License-Identifier: Apache-2.0
package io.virtmover.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.location.ProxyServer;
import java.net.URI;
import java.util.Optional;
import org.apache.hc.client5.http.impl.auth.BasicScheme;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyRoutesTest {
  private static final HttpHost PROXY = new HttpHost("proxy", 3128);

  private final HttpClientContext context = HttpClientContext.create();

  @ParameterizedTest
  @CsvSource({
    "http://s3.example:9000,  false",
    "https://s3.example:9000, true",
  })
  void shouldGoThroughTheProxyAndTunnelWhatIsEncrypted(URI server, boolean tunnelled)
      throws HttpException {
    // when
    var route = routes(Optional.empty()).determineRoute(HttpHost.create(server), context);

    // then
    assertThat(route.getProxyHost()).isEqualTo(PROXY);
    assertThat(route.isTunnelled()).isEqualTo(tunnelled);
    assertThat(route.getTargetHost()).isEqualTo(HttpHost.create(server));
    assertThat(context.getAuthCache()).as("no login").isNull();
  }

  @Test
  void shouldGoDirectlyWhereNoProxyLeads() throws HttpException {
    var route =
        new ProxyRoutes((_, _, _) -> Optional.empty())
            .determineRoute(new HttpHost("http", "s3.example", 9000), context);
    assertThat(route.getProxyHost()).isNull();
  }

  @Test
  void shouldAskForTheServerThatIsToBeReached() throws HttpException {
    var asked = new StringBuilder();
    var routes =
        new ProxyRoutes(
            (scheme, host, port) -> {
              asked.append("%s %s %s".formatted(scheme, host, Integer.toString(port)));
              return Optional.empty();
            });
    var _ = routes.determineRoute(new HttpHost("https", "s3.example", 9000), context);
    assertThat(asked).hasToString("https s3.example 9000");
  }

  @Test
  void shouldLogInWithTheFirstRequest() throws Exception {
    // given
    var login = Optional.of(new ProxyServer.Login("user", "p@ss"));

    // when
    var _ = routes(login).determineRoute(new HttpHost("http", "s3.example", 80), context);

    // then
    var scheme = context.getAuthCache().get(PROXY);
    assertThat(scheme).isInstanceOf(BasicScheme.class);
    assertThat(scheme.generateAuthResponse(PROXY, null, context)).isEqualTo("Basic dXNlcjpwQHNz");
  }

  private static ProxyRoutes routes(Optional<ProxyServer.Login> login) {
    return new ProxyRoutes((_, _, _) -> Optional.of(new ProxyServer("proxy", 3128, login)));
  }
}
