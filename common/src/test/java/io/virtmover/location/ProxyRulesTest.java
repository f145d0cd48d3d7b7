// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.VirtMoverException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyRulesTest {
  private static final String S3 = "https://s3.example";

  @ParameterizedTest
  @CsvFileSource(
      resources = "/proxies/no-proxy.txt",
      delimiter = '|',
      commentCharacter = '#',
      nullValues = "-")
  void shouldLeaveOutTheProxyWhereGoDoes(
      String noProxy, String address, String seen, String differing) {
    // given
    var rules =
        ProxyRules.of(
            Map.of(
                "HTTP_PROXY",
                "http://web.example:3128",
                "HTTPS_PROXY",
                "secure.example:3129",
                "NO_PROXY",
                noProxy == null ? "" : noProxy));

    // when
    var proxy = rules.proxyFor(URI.create(address));

    // then
    assertThat(proxy.map(found -> found.host() + ":" + found.port()).orElse("direct"))
        .isEqualTo(differing == null ? seen : differing);
  }

  @ParameterizedTest
  @CsvSource({
    "HTTPS_PROXY, https_proxy, https://s3.example",
    "HTTP_PROXY, http_proxy, http://s3.example",
  })
  void shouldPreferTheVariableInCapitalLetters(String capital, String small, String address) {
    assertThat(host(Map.of(capital, "big:1", small, "small:1"), address)).contains("big");
    assertThat(host(Map.of(small, "small:1"), address)).contains("small");
    assertThat(host(Map.of(capital, "", small, "small:1"), address)).contains("small");
  }

  @Test
  void shouldReadNoProxyInSmallLetters() {
    assertThat(host(Map.of("HTTPS_PROXY", "p:1", "no_proxy", "s3.example"), S3)).isEmpty();
  }

  @Test
  void shouldReachEverythingDirectlyWithoutVariables() {
    assertThat(host(Map.of(), S3)).isEmpty();
    assertThat(host(Map.of("HTTP_PROXY", "p:1"), S3)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          proxy:3128               | proxy   | 3128 |     |
          proxy                    | proxy   | 80   |     |
          http://proxy             | proxy   | 80   |     |
          HTTP://proxy:3128/       | proxy   | 3128 |     |
          http://u:p%40w@proxy:1   | proxy   | 1    | u   | p@w
          http://u:p@w@proxy:1     | proxy   | 1    | u   | p@w
          http://u+x:p+y@proxy:1   | proxy   | 1    | u+x | p+y
          u:p@proxy:1              | proxy   | 1    | u   | p
          u@proxy:1                | proxy   | 1    | u   | ''
          http://[fd00::1]:3128    | fd00::1 | 3128 |     |
          """)
  void shouldReadTheProxysAddressAsGoDoes(
      String text, String host, int port, String user, String password) {
    var login = Optional.ofNullable(user).map(name -> new ProxyServer.Login(name, password));
    assertThat(ProxyRules.of(Map.of("HTTPS_PROXY", text)).proxyFor(URI.create(S3)))
        .contains(new ProxyServer(host, port, login));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "socks5://user:hush@proxy:1",
        "https://user:hush@proxy:1",
        "http://user:hush@proxy:port",
        "http://user:hush@proxy:99999",
        "http://user:hush@proxy:0",
        "http://user:hu/sh@proxy:1",
        "http://user:hush%@proxy:1",
        "http://user:hush@pro xy:1",
        "http://",
        "hush:hush:hush"
      })
  void shouldRefuseWhatIsNotAnHttpProxyWithoutRepeatingIt(String text) {
    var rules = ProxyRules.of(Map.of("https_proxy", text, "NO_PROXY", ".svc"));
    assertThatThrownBy(() -> rules.proxyFor(URI.create(S3)))
        .isInstanceOf(VirtMoverException.class)
        .hasMessageStartingWith("The environment variable https_proxy ")
        .message()
        .doesNotContain("hush", "user");
    assertThat(rules.proxyFor(URI.create("https://s3.velero.svc"))).isEmpty();
  }

  @Test
  void shouldNotShowALogin() {
    var server = new ProxyServer("p", 1, Optional.of(new ProxyServer.Login("user", "hush")));
    assertThat(server.toString()).doesNotContain("user", "hush");
  }

  private static Optional<String> host(Map<String, String> environment, String address) {
    return ProxyRules.of(environment).proxyFor(URI.create(address)).map(ProxyServer::host);
  }
}
