// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.failure.Addresses;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.http.ProxyRoutes;
import io.virtmover.location.ProxyRules;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One exported volume. Every answer's bytes are counted; what breaks off, stalls or is refused for
 * the moment is asked again from the last byte that arrived, inside a deadline. Thread-safe.
 */
public final class ExportVolume implements AutoCloseable {
  /** QEMU serves 100 NBD connections; a VM may have several disks. */
  public static final int MOST_STREAMS = 16;

  private static final String DATA_TYPE = "application/octet-stream";
  private static final String MAP_TYPE = "application/json";
  private static final int MOST_JITTER = 100;

  private final String url;
  private final ExportTimeouts timeouts;
  private final ExportClient client;
  private final ConcurrencyTuner tuner = new ConcurrencyTuner(MOST_STREAMS, System::nanoTime);

  /** A volume that is reached directly, as an exporter in the same Kubernetes cluster is. */
  public ExportVolume(URI url, ExportAccess access, ExportTimeouts timeouts) {
    this(url, access, timeouts, ProxyRules.none());
  }

  /**
   * @param url the volume's address: what its map and data endpoints have in common
   * @param proxies which proxy leads to the address, if any; the JVM's own settings are not asked
   */
  public ExportVolume(URI url, ExportAccess access, ExportTimeouts timeouts, ProxyRules proxies) {
    // What is wrong with a variable is told now, before there is a client to be closed.
    var _ = proxies.proxyFor(URI.create(checked(url)));
    this(url, access, timeouts, proxies::proxyFor);
  }

  /** With a proxy for any address, this machine's own too. */
  ExportVolume(URI url, ExportAccess access, ExportTimeouts timeouts, ProxyRoutes.Finder proxies) {
    this.url = checked(url);
    this.timeouts = timeouts;
    this.client = new ExportClient(this.url, access, timeouts, proxies);
  }

  private static String checked(URI url) {
    var plain = url.getHost() != null && url.getQuery() == null && url.getFragment() == null;
    if (!"https".equalsIgnoreCase(url.getScheme()) || !plain || url.getUserInfo() != null) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "'%s' is not the plain https address of an exported volume; take the endpoint from the"
                  .formatted(Addresses.shown(url))
              + " VirtualMachineExport's status.links, without /map or /data and without a token.");
    }
    return url.toString().replaceAll("/+$", "");
  }

  public String name() {
    return url;
  }

  /**
   * Fills {@code into} with the volume's bytes from {@code offset} on.
   *
   * @throws VirtMoverException {@code UNAVAILABLE} after the deadline, {@code ACCESS_DENIED},
   *     {@code CORRUPT_SOURCE} if the server keeps sending more or fewer bytes than asked for
   */
  public void read(long offset, ByteBuffer into) {
    var wanted = into.remaining();
    tuner.acquire();
    try {
      readWhole(offset, into);
    } finally {
      tuner.release(into.hasRemaining() ? 0 : wanted);
    }
  }

  private void readWhole(long offset, ByteBuffer into) {
    var start = into.position();
    var patience = patience();
    while (into.hasRemaining()) {
      var before = into.position();
      var at = offset + before - start;
      var trouble = data(at, into.remaining(), new BufferSink(into));
      patience.progress(into.position() - before);
      if (trouble.isPresent()) {
        var missing = offset + into.position() - start;
        pause(patience, trouble.get(), "data at byte " + missing);
      }
    }
  }

  /**
   * Asks once for data.
   *
   * @return what went wrong; the sink has what came before that
   */
  Optional<Trouble> data(long offset, long length, Sink sink) {
    return client.get("/data?offset=%d&length=%d".formatted(offset, length), DATA_TYPE, sink);
  }

  /**
   * Asks once for a page of the map.
   *
   * @return what went wrong; the page has what came before that
   */
  Optional<Trouble> map(long offset, long length, int pageSize, MapPage page) {
    return client.get(
        "/map?offset=%d&length=%d&page_size=%d".formatted(offset, length, pageSize),
        MAP_TYPE,
        page);
  }

  Patience patience() {
    return new Patience(url, timeouts, System::nanoTime);
  }

  /** Waits as long as {@code patience} says. */
  void pause(Patience patience, Trouble trouble, String what) {
    var pause = patience.after(trouble, what, client.contact());
    var jitter = ThreadLocalRandom.current().nextLong(1 + Math.min(MOST_JITTER, pause.toMillis()));
    try {
      Thread.sleep(pause.plus(Duration.ofMillis(jitter)));
    } catch (InterruptedException e) {
      throw ExportClient.canceled(url, e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
