// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.location.ProxyRules;
import io.virtmover.location.ProxyServer;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.auth.BasicAuthCache;
import org.apache.hc.client5.http.impl.auth.BasicScheme;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** Sends each request of the SDK the way {@link ProxyRules} say. */
final class ProxyRoutes extends DefaultRoutePlanner {
  private final ProxyRules rules;

  ProxyRoutes(ProxyRules rules) {
    super(null);
    this.rules = rules;
  }

  @Override
  protected @Nullable HttpHost determineProxy(HttpHost target, HttpContext context)
      throws HttpException {
    var proxy = rules.proxyFor(target.getSchemeName(), target.getHostName(), target.getPort());
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
