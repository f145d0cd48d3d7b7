// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.callback;

import io.virtmover.concurrent.Workers;
import io.virtmover.failure.Unreadable;
import io.virtmover.http.Authorities;
import io.virtmover.http.HttpClients;
import io.virtmover.http.ProxyRoutes;
import io.virtmover.http.TlsContexts;
import io.virtmover.transfer.Callback;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.Closer;
import org.jspecify.annotations.Nullable;

/**
 * Posts to the controller and says what came of it; never throws, and never takes longer than it
 * may: another thread does it, which is left alone when it hangs. The controller is in the
 * Kubernetes cluster, so that no proxy leads to it. For one post at a time.
 */
final class CallbackClient implements AutoCloseable {
  private static final ProxyRoutes DIRECT = new ProxyRoutes((_, _, _) -> Optional.empty());

  /** Bytes of an answer that are read so that its connection can be kept. */
  private static final int ANSWER = 4096;

  private final Path ca;
  private final Path token;
  private final CallbackLimits limits;
  private final ExecutorService workers = Workers.perTask("callback-post");
  private @Nullable CloseableHttpClient kept;

  CallbackClient(Callback callback, CallbackLimits limits) {
    this.ca = callback.ca();
    this.token = callback.token();
    this.limits = limits;
  }

  /**
   * Posts a document.
   *
   * @param most time that it may take
   */
  Delivery post(URI address, String json, Duration most) {
    Future<Delivery> sent;
    try {
      sent = workers.submit(() -> send(address, json));
    } catch (RuntimeException | OutOfMemoryError e) {
      return new Delivery.Failed("there is no thread to post it");
    }
    try {
      return sent.get(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      abandon(sent);
      return new Delivery.Failed("it did not answer in time");
    } catch (InterruptedException e) {
      abandon(sent);
      Thread.currentThread().interrupt();
      return new Delivery.Failed("there was no time left to post it");
    } catch (ExecutionException e) {
      return new Delivery.Failed("an internal error, please report it: " + e.getCause());
    }
  }

  private Delivery send(URI address, String json) {
    try {
      var bearer = "Bearer " + PodToken.read(token);
      var before = kept();
      return before == null
          ? sendOn(fresh(), address, json, bearer)
          : sendOnKept(before, address, json, bearer);
    } catch (IOException e) {
      return new Delivery.Failed(BrokenPost.why(e, ca));
    } catch (UnusableFile e) {
      return new Delivery.Failed(e.why());
    }
  }

  /** A connection that rested may have lost its server, and that be vouched for by others now. */
  private Delivery sendOnKept(CloseableHttpClient before, URI address, String json, String bearer)
      throws IOException, UnusableFile {
    try {
      return sendOn(before, address, json, bearer);
    } catch (InterruptedIOException e) {
      // It took too long already.
      throw e;
    } catch (IOException e) {
      return sendOn(fresh(), address, json, bearer);
    }
  }

  private Delivery sendOn(CloseableHttpClient client, URI address, String json, String bearer)
      throws IOException {
    var isGood = false;
    try {
      var delivery = answerOf(client, address, json, bearer);
      isGood = true;
      return delivery;
    } finally {
      if (!isGood) {
        forget(client);
      }
    }
  }

  private static Delivery answerOf(
      CloseableHttpClient client, URI address, String json, String bearer) throws IOException {
    var request = new HttpPost(address);
    request.addHeader(HttpHeaders.AUTHORIZATION, bearer);
    request.setEntity(new StringEntity(json, ContentType.APPLICATION_JSON));
    var server = new HttpHost(address.getScheme(), address.getHost(), address.getPort());
    var answer = HttpClients.send(client, server, request);
    try {
      return Delivery.of(answer.getCode());
    } finally {
      end(request, answer);
    }
  }

  /** A short answer's connection is good for the next post. */
  private static void end(HttpPost request, ClassicHttpResponse answer) throws IOException {
    var body = answer.getEntity();
    if (body != null && body.getContent().readNBytes(ANSWER).length == ANSWER) {
      request.abort();
    }
    Closer.closeQuietly(answer);
  }

  private synchronized @Nullable CloseableHttpClient kept() {
    return kept;
  }

  private synchronized CloseableHttpClient fresh() throws UnusableFile, InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("nobody waits for it any more");
    }
    var client =
        HttpClients.create(
            new HttpClients.Limits(1, limits.connect(), limits.idle(), limits.idle()),
            HttpClients.tls(trusted()),
            DIRECT);
    kept = client;
    return client;
  }

  private SSLContext trusted() throws UnusableFile {
    try {
      return TlsContexts.trusting(Authorities.of(Files.readAllBytes(ca)));
    } catch (IOException e) {
      throw new UnusableFile("the CA file %s: %s".formatted(ca, Unreadable.why(e)));
    } catch (GeneralSecurityException e) {
      throw new UnusableFile("the CA file %s holds no PEM certificates".formatted(ca));
    }
  }

  private void abandon(Future<?> post) {
    var _ = post.cancel(true);
    forgetKept();
  }

  private void forgetKept() {
    var client = kept();
    if (client != null) {
      forget(client);
    }
  }

  private void forget(CloseableHttpClient client) {
    synchronized (this) {
      if (client.equals(kept)) {
        kept = null;
      }
    }
    // Closing a TLS socket can take time.
    Workers.aside(() -> client.close(CloseMode.IMMEDIATE));
  }

  @Override
  public void close() {
    workers.shutdownNow();
    forgetKept();
  }
}
