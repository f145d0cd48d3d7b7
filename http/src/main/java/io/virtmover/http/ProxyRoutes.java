// SPDX-License-Identifier: Apache-2.0
package io.virtmover.http;

import io.virtmover.location.ProxyRules;
import io.virtmover.location.ProxyServer;
import java.util.Optional;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.auth.BasicAuthCache;
import org.apache.hc.client5.http.impl.auth.BasicScheme;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** Sends requests to servers through the proxies that lead to them. */
public final class ProxyRoutes extends DefaultRoutePlanner {
  /** Knows the proxies: {@link ProxyRules}, or what a test says. */
  @FunctionalInterface
  public interface Finder {
    /** The proxy to a server, as {@link ProxyRules#proxyFor(String, String, int)}. */
    Optional<ProxyServer> proxyFor(String scheme, String host, int port);
  }

  private final Finder proxies;

  public ProxyRoutes(Finder proxies) {
    super(null);
    this.proxies = proxies;
  }

  @Override
  protected @Nullable HttpHost determineProxy(HttpHost target, HttpContext context)
      throws HttpException {
    var proxy = proxies.proxyFor(target.getSchemeName(), target.getHostName(), target.getPort());
    if (proxy.isEmpty()) {
      return null;
    }
    var host = new HttpHost(proxy.get().host(), proxy.get().port());
    if (proxy.get().login().isPresent()) {
      logIn(host, proxy.get().login().get(), HttpClientContext.cast(context));
    }
    return host;
  }

  /** The login goes with the first request, as Go sends it, not only when the proxy asks. */
  private static void logIn(HttpHost proxy, ProxyServer.Login login, HttpClientContext context) {
    var scheme = new BasicScheme();
    scheme.initPreemptive(
        new UsernamePasswordCredentials(login.user(), login.password().toCharArray()));
    var cache = new BasicAuthCache();
    cache.put(proxy, scheme);
    context.setAuthCache(cache);
  }
}
