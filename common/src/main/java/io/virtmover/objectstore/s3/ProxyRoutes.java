// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.location.ProxyRules;
import io.virtmover.location.ProxyServer;
import org.apache.http.HttpException;
import org.apache.http.HttpHost;
import org.apache.http.HttpRequest;
import org.apache.http.auth.AUTH;
import org.apache.http.auth.AuthScope;
import org.apache.http.auth.UsernamePasswordCredentials;
import org.apache.http.client.protocol.HttpClientContext;
import org.apache.http.impl.auth.BasicScheme;
import org.apache.http.impl.client.BasicAuthCache;
import org.apache.http.impl.client.BasicCredentialsProvider;
import org.apache.http.impl.conn.DefaultRoutePlanner;
import org.apache.http.message.BasicHeader;
import org.apache.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * Sends each request of the SDK the way {@link ProxyRules} say; the SDK's own reading of NO_PROXY
 * knows neither domains with a leading dot nor networks.
 */
final class ProxyRoutes extends DefaultRoutePlanner {
  private final ProxyRules rules;

  ProxyRoutes(ProxyRules rules) {
    super(null);
    this.rules = rules;
  }

  @Override
  protected @Nullable HttpHost determineProxy(
      HttpHost target, HttpRequest request, HttpContext context) throws HttpException {
    var proxy = rules.proxyFor(target.getSchemeName(), target.getHostName(), target.getPort());
    if (proxy.isEmpty()) {
      return null;
    }
    var host = new HttpHost(proxy.get().host(), proxy.get().port());
    if (proxy.get().login().isPresent()) {
      logIn(host, proxy.get().login().get(), HttpClientContext.adapt(context));
    }
    return host;
  }

  /** The login goes with the first request, as Go sends it, not only when the proxy asks. */
  private static void logIn(HttpHost proxy, ProxyServer.Login login, HttpClientContext context)
      throws HttpException {
    var credentials = new BasicCredentialsProvider();
    credentials.setCredentials(
        new AuthScope(proxy), new UsernamePasswordCredentials(login.user(), login.password()));
    context.setCredentialsProvider(credentials);
    var scheme = new BasicScheme();
    // A scheme that was challenged by a proxy answers with the header for proxies.
    scheme.processChallenge(new BasicHeader(AUTH.PROXY_AUTH, "Basic realm=\"proxy\""));
    var cache = new BasicAuthCache();
    cache.put(proxy, scheme);
    context.setAuthCache(cache);
  }
}
