// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.agent.image.ClusterMap;
import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.concurrent.Futures;
import io.virtmover.concurrent.Workers;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Reads a map's data ahead, several ranges at once, and hands everything on in guest order. Memory
 * is a fixed number of buffers.
 */
final class ClusterReader implements AutoCloseable {
  /** Takes what the disk holds, in guest order. */
  interface Consumer {
    /** Clusters that read as zeros. */
    void zero(long first, long clusters);

    /** Clusters with their bytes, the cut end of the disk filled with zeros. */
    void data(long first, int clusters, ByteBuffer bytes);
  }

  private sealed interface Piece {
    record Zero(long first, long clusters) implements Piece {}

    record Data(long first, int clusters, ByteBuffer buffer, Future<?> done) implements Piece {}
  }

  /** Pieces that wait for a read before them: zeros cost no buffer, but they must not pile up. */
  private static final int MOST_UNDERWAY = 1024;

  private final DiskSource source;
  private final Consumer consumer;
  private final int clustersPerRead;
  private final Arena arena = Arena.ofShared();
  private final ExecutorService readers = Workers.perTask("read");
  private final Deque<ByteBuffer> idle = new ArrayDeque<>();
  private final Deque<Piece> underway = new ArrayDeque<>();
  private long bytesRead;
  private long handedOn;

  /**
   * @param readSize bytes per range, a multiple of the cluster size
   * @param buffers ranges read ahead at most
   */
  ClusterReader(DiskSource source, Consumer consumer, int clusterSize, int readSize, int buffers) {
    this.source = source;
    this.consumer = consumer;
    this.clustersPerRead = readSize / clusterSize;
    for (var i = 0; i < buffers; i++) {
      idle.add(arena.allocate(readSize).asByteBuffer());
    }
  }

  /** Reads the whole map; returns when the consumer has had everything. */
  void run(ClusterMap map) {
    map.forEachRun(
        (first, clusters, status) -> {
          switch (status) {
            case HOLE -> {}
            case ZERO -> zero(first, clusters);
            case DATA -> read(map, first, clusters);
          }
        });
    while (!underway.isEmpty()) {
      handOn(underway.remove());
    }
    if (handedOn != map.count(ClusterStatus.DATA)) {
      throw new IllegalStateException(
          "%d clusters of %s were handed on, not %d"
              .formatted(handedOn, source.name(), map.count(ClusterStatus.DATA)));
    }
  }

  /** Guest bytes read from the source. */
  long bytesRead() {
    return bytesRead;
  }

  @Override
  public void close() {
    readers.shutdownNow();
    readers.close();
    arena.close();
  }

  private void zero(long first, long clusters) {
    while (underway.size() >= MOST_UNDERWAY) {
      handOn(underway.remove());
    }
    underway.add(new Piece.Zero(first, clusters));
  }

  private void read(ClusterMap map, long first, long clusters) {
    for (var at = first; at < first + clusters; at += clustersPerRead) {
      while (idle.isEmpty()) {
        handOn(underway.remove());
      }
      var count = (int) Math.min(clustersPerRead, first + clusters - at);
      underway.add(startRead(map, at, count));
    }
  }

  private Piece startRead(ClusterMap map, long first, int clusters) {
    var geometry = map.geometry();
    var last = first + clusters - 1;
    var length =
        (int) (geometry.offsetOf(last) + geometry.bytesIn(last) - geometry.offsetOf(first));
    var whole = clusters << geometry.clusterBits();
    var buffer = idle.remove().clear();
    bytesRead += length;
    var done =
        readers.submit(
            () -> {
              source.read(geometry.offsetOf(first), buffer.limit(length));
              buffer.limit(whole);
              while (buffer.hasRemaining()) {
                buffer.put((byte) 0);
              }
              buffer.flip();
            });
    return new Piece.Data(first, clusters, buffer, done);
  }

  private void handOn(Piece piece) {
    switch (piece) {
      case Piece.Zero(var first, var clusters) -> consumer.zero(first, clusters);
      case Piece.Data(var first, var clusters, var buffer, var done) -> {
        var _ = Futures.await(done, "Reading " + source.name());
        consumer.data(first, clusters, buffer);
        handedOn += clusters;
        idle.add(buffer);
      }
    }
  }
}
